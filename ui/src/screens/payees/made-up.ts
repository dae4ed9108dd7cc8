import type { RegistrationField } from './registration-form.svelte';

type Person = Partial<Record<RegistrationField, string>>;

/** People who do not exist, for the demo. Their addresses can reach nobody: example.com is reserved for examples. */
const people = [
  ['Maria', 'Lopez', '1990-04-12', '12 Elm Street', 'Austin', 'TX', '73301'],
  ['Tom', 'Reed', '1984-11-03', '480 Harbor Avenue', 'Portland', 'OR', '97201'],
  ['Grace', 'Kim', '1993-07-28', '9 Juniper Court', 'Denver', 'CO', '80202'],
  ['Samuel', 'Okafor', '1979-01-19', '77 Walnut Street', 'Philadelphia', 'PA', '19106'],
] as const;

let [next = 0] = crypto.getRandomValues(new Uint16Array(1));

/** The next of them, so that nobody comes twice in a row; with an address that nobody else in the demo has. */
export function madeUpPerson(): Person {
  const [number = 0] = crypto.getRandomValues(new Uint16Array(1));
  const [firstName, lastName, dateOfBirth, street, city, state, zip] =
    people[next % people.length] ?? people[0];
  next += 1;
  const email = `${firstName}.${lastName}.${number}@example.com`.toLowerCase();
  return { firstName, lastName, dateOfBirth, street, city, state, zip, email, countryCode: 'US' };
}
