export { formatMoney, formatMoneyList, currencyDecimals } from './money';
export { readAmount, type ReadAmount, type Reading } from './money-input';
export { formatTime, formatNear } from './time';
export { formatBytes } from './bytes';
