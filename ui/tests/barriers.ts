import axe from 'axe-core';
import { expect } from 'vitest';

/** The test's document lays nothing out, so what needs sizes and colours is left to the window's tests. */
export async function assertNoBarriers() {
  const { violations } = await axe.run(document.body, {
    rules: Object.fromEntries(
      ['color-contrast', 'region', 'aria-tooltip-name'].map((rule) => [rule, { enabled: false }]),
    ),
  });
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
}
