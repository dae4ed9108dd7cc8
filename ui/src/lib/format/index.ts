export { formatMoney, formatMoneyList, currencyDecimals } from './money';
export { wholeOf } from './compare';
export { readAmount, type ReadAmount, type Reading } from './money-input';
export { formatMonth, formatTime, formatNear } from './time';
export { formatBytes } from './bytes';
