import type { Payee, Profile } from '$lib/platform';
import { RegistrationForm } from './registration-form.svelte';

let kept: { profileId: string; form: RegistrationForm } | null = null;

/** The form left half-written earlier in this window, or an empty one. */
export function openRegistration(profile: Profile): RegistrationForm {
  if (kept?.profileId !== profile.id) {
    kept = { profileId: profile.id, form: new RegistrationForm(profile.pockytUser) };
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
