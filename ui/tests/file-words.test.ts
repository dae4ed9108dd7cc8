import { afterEach, expect, it } from 'vitest';
import { fileWords } from '$lib/domain';
import { languageTags, spoken } from '$lib/i18n';

afterEach(() => spoken.prefer('en'));

it.each(languageTags)('the words of files are the window’s own: %s', async (language) => {
  await spoken.prefer(language);
  const kinds = Object.entries(fileWords());
  for (const [kind, words] of kinds) {
    expect(Object.keys(words), kind).not.toHaveLength(0);
    // A code that nobody gave words to would be there as it is.
    for (const text of Object.values(words)) expect(text, kind).not.toMatch(/^$|_/);
  }
});

it('leaves the gaps that the backend fills, row by row', async () => {
  await spoken.prefer('zh-CN');
  const { payout, reason, problem, fault, personWhy } = fileWords();
  expect(payout['paid']).toBe('已到账');
  expect(reason['refused']).toBe('Pockyt 拒绝了这笔付款。');
  expect(problem['payee_unknown']).toBe('收款人未知');
  expect(fault['email_invalid']).toContain('邮箱');
  expect(personWhy['repeated']).toBe('与第 {line} 行是同一人，只邀请一次。');
  expect(personWhy['refused']).toContain('{words}');
});
