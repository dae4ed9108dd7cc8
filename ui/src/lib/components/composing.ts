const INPUT_METHOD = 229;

/**
 * Whether a key belongs to an input method, whose Enter and Escape end what it composes. WebKit sends the one that does once
 * the composition has ended: then only its code tells.
 */
export function composing({ isComposing, keyCode }: KeyboardEvent): boolean {
  return isComposing || keyCode === INPUT_METHOD;
}
