import { afterEach, describe, expect, it } from 'vitest';
import { payoutLook } from '$lib/domain';
import { spoken } from '$lib/i18n';
import { samplePayee, samplePayout } from '$lib/platform/fake';
import type { Payout, PayoutReason, PayoutState } from '$lib/platform';
import { payoutStory, whatComesNext } from './story';

afterEach(() => spoken.prefer('en'));

const reasons: Record<PayoutReason, true> = {
  refused: true,
  no_answer: true,
  connection_lost: true,
  garbled: true,
  system_error: true,
  duplicate: true,
  unrecognised_answer: true,
  interrupted: true,
  not_sent: true,
  not_found_yet: true,
  reported_failed: true,
  reported_returned: true,
  withdrawn: true,
  unrecognised_status: true,
  token_unavailable: true,
  invoice_taken: true,
  never_arrived: true,
  restored: true,
  tried_again: true,
  paid_after_all: true,
  payee_not_active: true,
  account_changed: true,
};
const everyReason = [null, ...(Object.keys(reasons) as PayoutReason[])];
const everyState = Object.keys(payoutLook).filter((state) => state !== 'stalled') as PayoutState[];

const payout: Payout = {
  ...samplePayout(0, samplePayee(0)),
  invoiceId: '1042',
  amount: { amount: '1250.00', currency: 'USD' },
  cancellable: false,
  retryable: false,
};

function story(state: PayoutState, reason: PayoutReason | null, more: Partial<Payout> = {}) {
  return payoutStory({ ...payout, state, reason, ...more });
}

describe.each(['en', 'zh-CN'] as const)('in %s, every state with every reason', (language) => {
  it('has a story and says what comes next', async () => {
    await spoken.prefer(language);
    for (const state of everyState) {
      for (const reason of everyReason) {
        const { title, text, todo } = story(state, reason);
        const told = `${state} ${reason}: ${title} | ${text} | ${todo}`;
        expect(title.length, told).toBeGreaterThan(3);
        expect(text.length, told).toBeGreaterThan(3);
        expect(told).not.toMatch(/story_|domain\.|payouts\.|\{|!|！|抱歉|sorry/i);
        expect(whatComesNext({ ...payout, state })).toMatch(/[.。]$/);
      }
    }
  });

  it('is told in that language', async () => {
    await spoken.prefer(language);
    const chinese = /[\u4e00-\u9fff]/.test(story('unknown', 'no_answer').title);
    expect(chinese).toBe(language === 'zh-CN');
  });
});

it('says what happened, what it means and what to do', () => {
  expect(story('unknown', 'no_answer')).toEqual({
    title: 'Pockyt has not answered.',
    text: 'Remit is checking whether invoice 1042 went through. It will not be sent twice.',
    todo: 'Wait for the result before you pay Ana Ruiz in another way.',
  });
});

it('tells each reason of a check apart', () => {
  const titles = (
    ['no_answer', 'connection_lost', 'garbled', 'system_error', 'interrupted', 'duplicate'] as const
  ).map((reason) => story('unknown', reason).title);
  expect(new Set(titles).size).toBe(titles.length);
});

it('gives the reason of a pair nobody foresaw in its own sentence', () => {
  expect(story('failed', 'system_error').text).toBe(
    'Pockyt reported a fault of its own. Nothing was paid, and the money was not deducted.',
  );
});

it('does not say the same thing twice', () => {
  expect(story('cancelled', 'withdrawn').text).not.toContain('You withdrew it');
  expect(story('returned', 'reported_returned').text).not.toContain('came back');
});

it('offers to cancel only while it can be cancelled', () => {
  expect(story('ready', null, { cancellable: true }).text).toContain('You can cancel it');
  expect(story('ready', null, { cancellable: false }).text).not.toContain('cancel');
});

it('sends to the later payout once it was tried again, which may have failed as well', () => {
  expect(story('failed', 'refused', { retriedBy: 'payout-9' }).todo).toContain(
    'whether that one is paid',
  );
});

it('tells that a payout is stalled', () => {
  expect(story('processing', null, { stalled: true }).title).toBe('This takes longer than usual.');
});

it('tells what a put-back copy means for a payout that was not settled', () => {
  expect(story('unknown', 'restored').text).toContain('does not send it by itself');
  expect(story('failed', 'restored').title).toBe('Pockyt has no record of this payout.');
  expect(story('failed', 'restored').todo).toContain('If you still owe it, pay again');
  expect(story('failed', 'tried_again').text).toContain(
    'search your payouts for the invoice ID 1042',
  );
});

it('of a run that is held back, what Pockyt does not list is asked about and not sent again', () => {
  const told: Payout = { ...payout, state: 'unknown', reason: 'not_found_yet' };
  const text = (paused: boolean, stopped: boolean) =>
    payoutStory(told, null, { paused, stopped }).text;
  expect(text(false, false)).toContain('sends the very same payout again');
  expect(text(true, false)).toContain('While its run is paused, it is not sent again.');
  expect(text(false, true)).toContain('As its run was stopped, it is not sent again.');
});
