import type { MessageKey } from '$lib/i18n';

/** The fields of an address, as the contract names them. */
export interface Address {
  countryCode: string;
  state: string;
  city: string;
  street: string;
  street2: string;
  zip: string;
}

/** Pockyt publishes no limit; its sandbox takes this much of a name or a line of an address. */
const LONGEST = 100;

/** What is wrong with a text before anybody is asked; null where nothing is. */
export function textComplaint(value: string, required: boolean): MessageKey | null {
  if (required && value.trim() === '') return 'payees.required';
  return value.trim().length > LONGEST ? 'payees.tooLong' : null;
}

/** One sign before and after the "@", and a dot in the host: the rest is Pockyt's to judge. */
export function emailComplaint(value: string): MessageKey | null {
  const text = value.trim();
  if (text === '') return 'payees.required';
  return /^[^\s@]+@[^\s@.]+(\.[^\s@.]+)+$/.test(text) ? null : 'payees.emailInvalid';
}

/** Postal codes are checked only where their form is certain. */
export function zipComplaint(value: string, countryCode: string): MessageKey | null {
  const text = value.trim();
  if (countryCode !== 'US' || text === '') return textComplaint(value, true);
  return /^\d{5}(-\d{4})?$/.test(text) ? null : 'payees.zipUsInvalid';
}

/** What is wrong with one field of an address. */
export function addressComplaint(address: Address, field: keyof Address): MessageKey | null {
  if (field === 'zip') return zipComplaint(address.zip, address.countryCode);
  return textComplaint(address[field], field !== 'street2');
}
