export { default as AccountBadge } from './AccountBadge.svelte';
export { default as Amount } from './Amount.svelte';
export { default as ErrorMessage } from './ErrorMessage.svelte';
export { default as PayeeBadge } from './PayeeBadge.svelte';
export { default as PayoutBadge } from './PayoutBadge.svelte';
export { default as When } from './When.svelte';
export { fieldError, tellError } from './error-text';
export { accountLook, payeeLook } from './payee-look';
export { payoutLook, shownState } from './payout-look';
