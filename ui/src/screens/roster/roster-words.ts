import CircleCheck from '@lucide/svelte/icons/circle-check';
import CircleHelp from '@lucide/svelte/icons/circle-question-mark';
import CircleSlash from '@lucide/svelte/icons/circle-slash';
import CircleX from '@lucide/svelte/icons/circle-x';
import Clock from '@lucide/svelte/icons/clock';
import Copy from '@lucide/svelte/icons/copy';
import UserCheck from '@lucide/svelte/icons/user-check';
import type { Icon, Tone } from '$lib/components';
import { t, type MessageKey } from '$lib/i18n';
import type { PersonFault, PersonField, RosterRow, RosterRowState } from '$lib/platform';

/** What a column may hold, in the order in which it is offered. */
export const personFields: readonly PersonField[] = [
  'first_name',
  'last_name',
  'email',
  'date_of_birth',
  'country_code',
  'state',
  'city',
  'street',
  'street2',
  'zip',
  'phone',
  'profile_type',
  'company',
  'lang',
  'code',
  'customer_no',
  'government_id_type',
  'government_id',
];

/** Without which nobody can be registered. */
const required: readonly PersonField[] = [
  'first_name',
  'last_name',
  'email',
  'date_of_birth',
  'country_code',
  'state',
  'city',
  'street',
  'zip',
];

/** The first field that is needed and that no column holds. */
export function missingField(columns: readonly (PersonField | null)[]): PersonField | null {
  return required.find((field) => !columns.includes(field)) ?? null;
}

/** What the form for a single payee says of the same fault, so that both say it alike. */
const asInTheForm: Partial<Record<PersonFault, MessageKey>> = {
  missing: 'payees.required',
  too_long: 'payees.tooLong',
  email_invalid: 'payees.emailInvalid',
  date_future: 'payees.dateFuture',
  under_age: 'payees.dateUnderAge',
  too_old: 'payees.dateTooOld',
  zip_invalid: 'payees.zipUsInvalid',
};

const ownFaults = [
  'date_unreadable',
  'date_ambiguous',
  'country_unknown',
  'state_unknown',
  'spoilt',
  'looks_like_id',
  'kind_unknown',
  'language_unknown',
  'id_type_unknown',
  'number_unknown',
  'several_payees',
] as const satisfies readonly PersonFault[];
type OwnFault = (typeof ownFaults)[number];

const faults = [...ownFaults, ...(Object.keys(asInTheForm) as PersonFault[])];

/** What the ledger keeps a fault under: the headers of the English template. */
const keptHeaders: Record<PersonField, string> = {
  first_name: 'First name',
  last_name: 'Last name',
  email: 'E-mail',
  date_of_birth: 'Date of birth',
  country_code: 'Country',
  state: 'State',
  city: 'City',
  street: 'Street',
  street2: 'Address line 2',
  zip: 'Postal code',
  phone: 'Phone',
  profile_type: 'Person or company',
  company: 'Company',
  lang: 'Language',
  code: 'Own code',
  customer_no: 'Customer number',
  government_id_type: 'ID type',
  government_id: 'Government ID',
};

/** What is wrong with a cell, and what to do. */
export function faultText(fault: PersonFault): string {
  return t(asInTheForm[fault] ?? `roster.fault_${fault as OwnFault}`);
}

/** Why a row was left out, which the ledger keeps in English ("E-mail: email invalid"), in the language shown. */
export function keptFaults(words: string): string {
  return words
    .split('; ')
    .map((kept) => {
      const [header, code = ''] = kept.split(': ');
      const field = personFields.find((one) => keptHeaders[one] === header);
      const fault = faults.find((one) => one === code.replaceAll(' ', '_'));
      // An older version may have kept it otherwise.
      return field && fault ? `${t(`roster.field_${field}`)}: ${faultText(fault)}` : kept;
    })
    .join(' ');
}

/** How each outcome of a row looks. */
export const outcomeLook: Record<RosterRowState | 'checking', { tone: Tone; icon: Icon }> = {
  queued: { tone: 'grey', icon: Clock },
  checking: { tone: 'violet', icon: CircleHelp },
  invited: { tone: 'green', icon: CircleCheck },
  known: { tone: 'grey', icon: UserCheck },
  repeated: { tone: 'grey', icon: Copy },
  refused: { tone: 'red', icon: CircleX },
  faulty: { tone: 'amber', icon: CircleSlash },
  cancelled: { tone: 'grey', icon: CircleSlash },
  id_gone: { tone: 'amber', icon: CircleSlash },
};

/** Where a row stands, for the eye. */
export function outcomeOf(row: RosterRow): RosterRowState | 'checking' {
  return row.checking ? 'checking' : row.state;
}
