export { formatMoney, formatMoneyList, currencyDecimals } from './money';
export { wholeOf } from './compare';
export { readAmount, type ReadAmount, type Reading } from './money-input';
export { formatDay, formatMonth, formatTime, formatNear, formatWeekday } from './time';
export {
  exampleDate,
  localClock,
  longDate,
  orderOf,
  readClock,
  readDay,
  type ReadDay,
} from './read-date';
export { formatBytes } from './bytes';
