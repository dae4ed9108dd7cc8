import { expect, it } from 'vitest';
import { bareAmount, readCells, writeCells } from './grid-text';

it.each([
  [
    'a\tb\n1\t2',
    [
      ['a', 'b'],
      ['1', '2'],
    ],
  ],
  ['a\r\nb\r\n', [['a'], ['b']]],
  ['"one\nline"\t"say ""hi"""', [['one\nline', 'say "hi"']]],
  [
    'a\t\n\tb',
    [
      ['a', ''],
      ['', 'b'],
    ],
  ],
  ['5" pipe', [['5" pipe']]],
  ['', []],
])('%j is read as cells', (text, cells) => {
  expect(readCells(text)).toEqual(cells);
});

it('reads back what it writes', () => {
  const cells = [
    ['a\tb', 'plain', ''],
    ['"q"', 'two\nlines', 'é 李'],
  ];
  expect(readCells(writeCells(cells))).toEqual(cells);
});

it('keeps every digit of an amount no float can hold', () => {
  expect(bareAmount({ amount: '9007199254740993.07', currency: 'USD' }, 'en-US')).toBe(
    '9,007,199,254,740,993.07',
  );
});
