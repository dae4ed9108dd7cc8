export const payees = {
  title: 'Payees',
} as const;
