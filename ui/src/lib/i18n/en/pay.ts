export const pay = {
  title: 'New payout',
} as const;
