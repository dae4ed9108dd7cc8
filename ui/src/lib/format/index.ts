export { formatMoney, formatMoneyList, currencyDecimals } from './money';
export { readAmount, type ReadAmount } from './money-input';
export { formatTime, formatAgo } from './time';
