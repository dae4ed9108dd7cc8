import { spoken, t, type MessageKey } from '$lib/i18n';
import type { IpcError, Payee, RegisterPayee } from '$lib/platform';
import { addressComplaint, emailComplaint, textComplaint } from './checks';
import { exampleDate, orderOf } from '$lib/format';
import { readBirthDate, type ReadDate } from './birth-date';

export type IdType = NonNullable<RegisterPayee['governmentIdType']>;

const empty = {
  firstName: '',
  lastName: '',
  company: '',
  email: '',
  phone: '',
  dateOfBirth: '',
  countryCode: 'US',
  state: '',
  city: '',
  street: '',
  street2: '',
  zip: '',
  governmentIdType: '' as IdType | '',
  governmentId: '',
};

/** What can be typed, as the contract and Pockyt name it. */
export type RegistrationField = keyof typeof empty;

const dateComplaints: Record<Extract<ReadDate, { ok: false }>['reason'], MessageKey> = {
  empty: 'payees.required',
  unreadable: 'payees.dateUnreadable',
  not_digits: 'payees.dateNotDigits',
  short_year: 'payees.dateShortYear',
  not_real: 'payees.dateNotReal',
  future: 'payees.dateFuture',
  under_age: 'payees.dateUnderAge',
  too_old: 'payees.dateTooOld',
};

/** The field that Pockyt's words name as its parameter; null where they name none, or several. */
function namedIn(words: string): RegistrationField | null {
  const said = new Set(words.split(/[^A-Za-z0-9]+/));
  const [named, another] = (Object.keys(empty) as RegistrationField[]).filter((one) =>
    said.has(one),
  );
  return another ? null : (named ?? null);
}

/** A registration being written: what was typed, what is wrong with it, what Pockyt said of it. */
export class RegistrationForm {
  values = $state({ ...empty });
  lang: RegisterPayee['lang'] = $state(spoken.language.startsWith('zh') ? 'zh' : 'en');
  /** Parameters Remit has no field for, which Pockyt said are missing. */
  extra: { name: string; value: string }[] = $state([]);
  error: IpcError | null = $state.raw(null);
  /** The document's number went out with the last attempt and was let go. */
  idLetGo = $state(false);

  /** The same form sent twice registers once. */
  readonly requestId: string;
  readonly #invites: boolean;
  /** What stood in the fields before anything was typed. */
  #begun = empty;
  #profileType: RegisterPayee['profileType'] = $state('INDIVIDUAL');
  #tried = $state(false);
  #asked: readonly string[] = $state.raw([]);
  /** What stood in the field that was refused, so that correcting it ends the complaint. */
  #refused: string | null = $state(null);

  /** `invites` is the account's "Pockyt User" feature: the payee hands in documents, not the owner. */
  constructor(invites: boolean, requestId: string = crypto.randomUUID()) {
    this.#invites = invites;
    this.requestId = requestId;
  }

  /** Begins from a refused registration, which it replaces. What was never kept must be typed anew. */
  static again(payee: Payee, invites: boolean): RegistrationForm {
    const form = new RegistrationForm(invites, payee.id);
    const { firstName, lastName, email, countryCode, state, city, street, zip } = payee;
    form.profileType = payee.profileType;
    form.values = {
      ...empty,
      ...{ firstName, lastName, email, countryCode, state, city, street, zip },
      company: payee.company ?? '',
      phone: payee.phone ?? '',
      street2: payee.street2 ?? '',
    };
    return form;
  }

  /** Begins with whom a file names: an e-mail address, or a name that ends with the family's. */
  static called(who: string, invites: boolean): RegistrationForm {
    const form = new RegistrationForm(invites);
    const words = who.trim().split(/\s+/);
    const lastName = words.length > 1 ? (words.pop() ?? '') : '';
    const filled = who.includes('@')
      ? { email: who.trim() }
      : { firstName: words.join(' '), lastName };
    form.#begun = { ...empty, ...filled };
    form.values = { ...form.#begun };
    return form;
  }

  get profileType() {
    return this.#profileType;
  }

  /** A person and a company hand in different documents. */
  set profileType(kind) {
    this.#profileType = kind;
    this.values.governmentIdType = '';
  }

  /** Types these for the owner. */
  fill({ dateOfBirth, ...values }: Partial<Record<RegistrationField, string>>) {
    this.profileType = 'INDIVIDUAL';
    // As people write it here.
    const born = dateOfBirth && { dateOfBirth: exampleDate(spoken.locale, dateOfBirth) };
    this.values = { ...empty, ...values, ...born } as typeof this.values;
  }

  get touched(): boolean {
    const fields = Object.keys(empty) as RegistrationField[];
    return fields.some((field) => this.values[field] !== this.#begun[field]);
  }

  /** Whether an identity document must be handed in by the owner. */
  get wantsIdentity(): boolean {
    return !this.#invites || this.#asked.some((field) => field.startsWith('governmentId'));
  }

  get dateOfBirth(): ReadDate {
    return readBirthDate(this.values.dateOfBirth, spoken.locale);
  }

  get complete(): boolean {
    const fields = Object.keys(empty) as RegistrationField[];
    return (
      fields.every((field) => this.#check(field) === null) &&
      this.extra.every(({ value }) => textComplaint(value, true) === null)
    );
  }

  isOptional(field: RegistrationField): boolean {
    return this.#check(field, '') === null;
  }

  /** What to say under a field; null while there is nothing to say. */
  complaint(field: RegistrationField): string | null {
    const value = this.values[field];
    if (this.error?.field === field && this.#refused === value) return this.#refusal(this.error);
    if (!this.#tried || (field === 'governmentId' && this.idLetGo)) return null;
    const key = this.#check(field);
    return key && t(key, { order: orderOf(spoken.locale).join('_') });
  }

  /** The address that stands there is another payee's. */
  get emailTaken(): boolean {
    return this.error?.code === 'email_registered' && this.#refused === this.values.email;
  }

  /** Pockyt asks for a company's name, and the payee is said to be a person: there is no field for it. */
  get companyAsked(): boolean {
    const { error } = this;
    const asked = error?.code === 'parameter_missing' && error.field === 'company';
    return asked && this.profileType === 'INDIVIDUAL';
  }

  extraComplaint(index: number): string | null {
    const { name, value } = this.extra[index] ?? { name: '', value: '' };
    if (this.error?.field === name && this.#refused === value) return this.#refusal(this.error);
    const key = this.#tried ? textComplaint(value, true) : null;
    return key && t(key);
  }

  /** The owner asks to send it: from now on every field says what is wrong with it. */
  attempt() {
    this.#tried = true;
    this.idLetGo = false;
    this.error = null;
  }

  /** Lets go of the document's number, which is kept nowhere (I9). */
  forgetId() {
    this.idLetGo = this.idLetGo || this.values.governmentId !== '';
    this.values.governmentId = '';
    // What Pockyt said of it still stands.
    if (this.error?.field === 'governmentId') this.#refused = '';
  }

  /** Pockyt, or Remit, refused; what is asked for gets a field. */
  refuse(refusal: IpcError) {
    const taken = refusal.code === 'email_registered';
    const field = taken ? 'email' : (refusal.field ?? this.#guessed(refusal));
    const error = { ...refusal, field };
    this.error = error;
    if (field === null) return;
    const known = this.#isField(field);
    if (error.code === 'parameter_missing') {
      this.#asked = [...this.#asked, field];
      if (!known && field !== 'lang' && field !== 'profileType') {
        if (!this.extra.some(({ name }) => name === field)) {
          this.extra.push({ name: field, value: '' });
        }
      }
    }
    this.#refused = known
      ? this.values[field]
      : (this.extra.find(({ name }) => name === field)?.value ?? null);
  }

  /** Whether a field on the form shows what the error says, so that no banner needs to. */
  shows(field: string | null): boolean {
    if (field === null) return false;
    if (this.#isField(field)) return this.#isShown(field);
    return this.extra.some(({ name }) => name === field);
  }

  input(): RegisterPayee {
    const { values } = this;
    const date = this.dateOfBirth;
    const given = (value: string) => value.trim() || null;
    return {
      profileType: this.profileType,
      firstName: values.firstName.trim(),
      lastName: values.lastName.trim(),
      company: this.profileType === 'BUSINESS' ? given(values.company) : null,
      email: values.email.trim(),
      phone: given(values.phone),
      dateOfBirth: date.ok ? date.date : '',
      countryCode: values.countryCode,
      state: values.state.trim(),
      city: values.city.trim(),
      street: values.street.trim(),
      street2: given(values.street2),
      zip: values.zip.trim(),
      lang: this.lang,
      governmentIdType: this.wantsIdentity ? values.governmentIdType || null : null,
      governmentId: this.wantsIdentity ? given(values.governmentId) : null,
      extra: this.extra.map(({ name, value }) => ({ name, value: value.trim() })),
      requestId: this.requestId,
    };
  }

  #isField(field: string): field is RegistrationField {
    return field in empty;
  }

  #isShown(field: RegistrationField): boolean {
    if (field === 'company') return this.profileType === 'BUSINESS';
    return this.wantsIdentity || !field.startsWith('governmentId');
  }

  /** The field on the form that Pockyt's words name, where it refuses what was typed. */
  #guessed({ code, detail }: IpcError): RegistrationField | null {
    const named = code === 'gateway_refused' ? namedIn(detail ?? '') : null;
    return named && this.#isShown(named) ? named : null;
  }

  #refusal(error: IpcError): string {
    if (error.code === 'parameter_missing') return t('payees.pockytAsks');
    // What to do about it stands below the field, with the way to do it.
    if (error.code === 'email_registered') return t('errors.email_registered.title');
    if (error.code === 'gateway_refused') {
      const most = /\bat most (\d+) characters\b/.exec(error.detail ?? '')?.[1];
      return most ? t('payees.pockytTakes', { limit: most }) : t('payees.pockytRefusesThis');
    }
    return `${t(`errors.${error.code}.title`)}. ${t(`errors.${error.code}.action`)}`;
  }

  #check(field: RegistrationField, value: string = this.values[field]): MessageKey | null {
    switch (field) {
      case 'email':
        return emailComplaint(value);
      case 'dateOfBirth': {
        const read = readBirthDate(value, spoken.locale);
        return read.ok ? null : dateComplaints[read.reason];
      }
      case 'countryCode':
      case 'state':
      case 'city':
      case 'street':
      case 'zip':
        return addressComplaint({ ...this.values, [field]: value }, field);
      case 'firstName':
      case 'lastName':
        return textComplaint(value, true);
      case 'company':
        return this.profileType === 'BUSINESS' ? textComplaint(value, true) : null;
      case 'governmentIdType':
        return this.wantsIdentity ? textComplaint(value, true) : null;
      case 'governmentId': {
        const asked = this.profileType === 'INDIVIDUAL' || this.#asked.includes(field);
        return this.wantsIdentity ? textComplaint(value, asked) : null;
      }
      case 'phone':
      case 'street2':
        return textComplaint(value, this.#asked.includes(field));
    }
  }
}
