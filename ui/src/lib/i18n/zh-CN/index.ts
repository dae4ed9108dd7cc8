export { common } from './common';
export { errors } from './errors';
export { domain } from './domain';
export { welcome } from './welcome';
export { payees } from './payees';
export { pay } from './pay';
export { payouts } from './payouts';
export { settings } from './settings';
