import type { Payee, Profile } from '$lib/platform';
import { RegistrationForm } from './registration-form.svelte';

let kept: { profileId: string; form: RegistrationForm } | null = null;

/** The form left half-written earlier in this window, or one for whom a row of a run names, or an empty one. */
export function openRegistration(profile: Profile, called = ''): RegistrationForm {
  if (kept?.profileId !== profile.id || !kept.form.touched) {
    const { id: profileId, pockytUser } = profile;
    const form = called
      ? RegistrationForm.called(called, pockytUser)
      : new RegistrationForm(pockytUser);
    kept = { profileId, form };
  }
  return kept.form;
}

/** The next form opened corrects this refused registration. */
export function correctRegistration(profile: Profile, payee: Payee) {
  kept = { profileId: profile.id, form: RegistrationForm.again(payee, profile.pockytUser) };
}

/** Done, or given up: the next form is empty. */
export function closeRegistration() {
  kept = null;
}
