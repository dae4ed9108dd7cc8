const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;

/** A file's size in the largest fitting unit, of a thousand each: "4.7 MB". */
export function formatBytes(bytes: number, locale: string): string {
  let value = bytes;
  let step = 0;
  while (value >= 1000 && step < units.length - 1) {
    value /= 1000;
    step += 1;
  }
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit: units[step],
    maximumFractionDigits: value < 10 ? 1 : 0,
  }).format(value);
}
