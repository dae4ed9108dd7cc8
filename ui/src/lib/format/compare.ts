/**
 * An amount without its point, for comparing amounts of one currency: they all have the same decimals,
 * so this is exact whatever their size.
 */
export function wholeOf(amount: string): bigint {
  try {
    return BigInt(amount.replace('.', ''));
  } catch {
    // What cannot be read is compared as nothing, and shown as it came.
    return 0n;
  }
}
