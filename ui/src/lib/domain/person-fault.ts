import { t, type MessageKey } from '$lib/i18n';
import type { PersonFault, RosterFault } from '$lib/platform';

/** What is wrong with a field of a person, and what to do; what the form for a single payee says too is said alike. */
const messages: Record<PersonFault, MessageKey> = {
  missing: 'payees.required',
  too_long: 'payees.rowTooLong',
  email_invalid: 'payees.emailInvalid',
  date_future: 'payees.dateFuture',
  under_age: 'payees.dateUnderAge',
  too_old: 'payees.dateTooOld',
  zip_invalid: 'payees.zipUsInvalid',
  date_unreadable: 'roster.fault_date_unreadable',
  date_ambiguous: 'roster.fault_date_ambiguous',
  country_unknown: 'roster.fault_country_unknown',
  state_unknown: 'roster.fault_state_unknown',
  spoilt: 'roster.fault_spoilt',
  looks_like_id: 'roster.fault_looks_like_id',
  kind_unknown: 'roster.fault_kind_unknown',
  language_unknown: 'roster.fault_language_unknown',
  id_type_unknown: 'roster.fault_id_type_unknown',
  number_unknown: 'roster.fault_number_unknown',
  several_payees: 'roster.fault_several_payees',
};

export const personFaults = Object.keys(messages) as PersonFault[];

export function faultText(fault: PersonFault): string {
  return t(messages[fault]);
}

/** The same with the name of the field. */
export function personFaultText({ field, fault }: RosterFault): string {
  return `${t(`roster.field_${field}`)}: ${faultText(fault)}`;
}
