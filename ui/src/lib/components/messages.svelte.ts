import type { Tone } from './Badge.svelte';

/** A short message at the edge of the window. */
export interface Message {
  /** One cause, one message: a second one with the same cause replaces the first. */
  cause: string;
  tone: Extract<Tone, 'green' | 'blue' | 'amber' | 'red'>;
  title: string;
  text?: string;
}

const CALM_FOR_MS = 5000;

class Messages {
  shown: Message[] = $state([]);
  #timers = new Map<string, ReturnType<typeof setTimeout>>();

  /** Shows it. Good news leaves by itself; what went wrong stays until it is dismissed. */
  show(message: Message) {
    clearTimeout(this.#timers.get(message.cause));
    const others = this.shown.filter((other) => other.cause !== message.cause);
    this.shown = [...others, message].slice(-3);
    if (message.tone === 'green' || message.tone === 'blue') {
      this.#timers.set(
        message.cause,
        setTimeout(() => this.dismiss(message.cause), CALM_FOR_MS),
      );
    }
  }

  dismiss(cause: string) {
    clearTimeout(this.#timers.get(cause));
    this.#timers.delete(cause);
    this.shown = this.shown.filter((message) => message.cause !== cause);
  }
}

/** The window's messages: `messages.show({ cause, tone, title })`. */
export const messages = new Messages();
