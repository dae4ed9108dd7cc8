/** A text as it is compared: without case and accents, so that "nunez" finds Núñez. */
export function bare(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLocaleLowerCase();
}

/** Whether every word of the question is somewhere in the text. */
export function matches(question: string, text: string): boolean {
  const within = bare(text);
  return bare(question)
    .split(/\s+/)
    .every((word) => within.includes(word));
}
