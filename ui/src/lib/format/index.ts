export { formatMoney, formatMoneyList, currencyDecimals } from './money';
export { wholeOf } from './compare';
export { readAmount, readingsOf, type ReadAmount, type Reading } from './money-input';
export {
  formatDay,
  formatMonth,
  formatNear,
  formatTime,
  formatWeekday,
  localClock,
  longDate,
} from './time';
export { countryName } from './country';
export { exampleDate, orderOf, readClock, readDay, type ReadDay } from './read-date';
export { formatBytes } from './bytes';
