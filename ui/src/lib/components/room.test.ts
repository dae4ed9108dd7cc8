import { expect, it } from 'vitest';
import { fitting, roomFor } from './room';

const columns = [
  { key: 'who', width: 'minmax(8rem, 2fr)' },
  { key: 'account', width: '8rem', leaves: 2 },
  { key: 'date', width: '6rem', leaves: 1 },
  { key: 'amount', width: '7rem' },
];
const keys = (room: number) => fitting(columns, room).map(({ key }) => key);

it('lets columns leave in their order, and never those without one', () => {
  expect(keys(39)).toEqual(['who', 'account', 'date', 'amount']);
  expect(keys(33)).toEqual(['who', 'date', 'amount']);
  expect(keys(24)).toEqual(['who', 'amount']);
  expect(keys(3)).toEqual(['who', 'amount']);
});

it('gives a Chinese character the room of its own', () => {
  expect(roomFor(['2026年', 'ab'], 1)).toBe('3.48rem');
});
