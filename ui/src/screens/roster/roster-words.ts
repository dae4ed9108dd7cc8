import CircleCheck from '@lucide/svelte/icons/circle-check';
import CircleHelp from '@lucide/svelte/icons/circle-question-mark';
import CircleSlash from '@lucide/svelte/icons/circle-slash';
import CircleX from '@lucide/svelte/icons/circle-x';
import Clock from '@lucide/svelte/icons/clock';
import Copy from '@lucide/svelte/icons/copy';
import UserCheck from '@lucide/svelte/icons/user-check';
import type { Icon, Tone } from '$lib/components';
import type { PersonField, RosterRow, RosterRowState } from '$lib/platform';

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
