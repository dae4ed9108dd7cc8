import { expect, it } from 'vitest';
import { readAlike } from './earlier';

it.each([
  ['INV-0042', 'inv 42'],
  ['INV-42', 'INV42'],
  ['10 42', '1042'],
  ['２０２６-１', '2026-01'],
  ['A.7', 'a-7'],
])('%s and %s are one invoice', (first, second) => {
  expect(readAlike(first, second)).toBe(true);
});

it.each([
  ['2026-1-11', '2026-11-1'],
  ['INV-42', 'INV-420'],
  ['INV-1046', 'INV-1046-R1'],
  ['A-7', 'B-7'],
  ['--', '//'],
  ['0', '00-1'],
])('%s and %s are two', (first, second) => {
  expect(readAlike(first, second)).toBe(false);
});
