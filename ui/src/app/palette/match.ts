/** A text as it is compared: without case and accents, so that "nunez" finds Núñez. */
export function bare(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLocaleLowerCase();
}

/**
 * The name in a question such as "pay tom"; null where it asks for nobody to be paid. The verbs are parted by "|", the
 * longer before those that they begin with.
 */
export function namedToPay(question: string, verbs: string): string | null {
  const asked = question.trim();
  for (const verb of verbs.split('|')) {
    if (!asked.toLocaleLowerCase().startsWith(verb)) continue;
    const rest = asked.slice(verb.length);
    // "Payton" asks for nobody to be paid; where words are not parted, the name follows at once.
    if (/[a-z]$/.test(verb) && !/^\s/.test(rest)) continue;
    return rest.trim() || null;
  }
  return null;
}

/** Whether every word of the question is somewhere in the text. */
export function matches(question: string, text: string): boolean {
  const within = bare(text);
  return bare(question)
    .split(/\s+/)
    .every((word) => within.includes(word));
}
