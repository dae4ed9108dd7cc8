let tell: () => void = () => undefined;

/** Fulfilled once the window shows something that the backend has answered, or why it has not. */
export const firstAnswer = new Promise<void>((told) => (tell = told));

/** An answer is shown from now on. */
export function answered() {
  tell();
}
