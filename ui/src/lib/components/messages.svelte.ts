import type { Tone } from './Badge.svelte';

/** A short message at the edge of the window. */
export interface Message {
  /** One cause, one message: a second one with the same cause replaces the first. */
  cause: string;
  tone: Extract<Tone, 'green' | 'blue' | 'amber' | 'red'>;
  title: string;
  text?: string;
  /** Good news that is told only once: it stays as long as the page at which it was told. */
  stays?: boolean;
  /** Takes back what it tells of. Never offered for money that was released. */
  undo?: () => unknown;
}

const CALM_FOR_MS = 5000;
/** What can be taken back leaves time to think. */
const UNDO_FOR_MS = 10_000;

class Messages {
  shown: Message[] = $state([]);
  #timers = new Map<string, ReturnType<typeof setTimeout>>();
  #held = new Set<string>();

  /** Shows it. Good news leaves by itself; what went wrong stays until it is dismissed. */
  show(message: Message) {
    const others = this.shown.filter((other) => other.cause !== message.cause);
    this.shown = [...others, message].slice(-3);
    this.letGo(message.cause);
  }

  /** It stays while somebody is at it. */
  hold(cause: string) {
    this.#held.add(cause);
    this.#stop(cause);
  }

  #stop(cause: string) {
    clearTimeout(this.#timers.get(cause));
    this.#timers.delete(cause);
  }

  /** From now on it may leave. */
  letGo(cause: string) {
    this.#held.delete(cause);
    this.#stop(cause);
    const message = this.shown.find((one) => one.cause === cause);
    if (message?.stays || (message?.tone !== 'green' && message?.tone !== 'blue')) return;
    const time = message.undo ? UNDO_FOR_MS : CALM_FOR_MS;
    this.#timers.set(
      cause,
      setTimeout(() => this.dismiss(cause), time),
    );
  }

  /** The owner goes on to another page, where good news must not lie over what is pressed there. */
  leavePage() {
    for (const message of this.shown.filter(({ stays }) => stays)) {
      message.stays = false;
      if (!this.#held.has(message.cause)) this.letGo(message.cause);
    }
  }

  dismiss(cause: string) {
    this.#held.delete(cause);
    this.#stop(cause);
    this.shown = this.shown.filter((message) => message.cause !== cause);
  }

  /** Takes back what a message tells of; without a cause, what the newest that can be taken back tells of. */
  undo(cause?: string): boolean {
    const message = this.shown.findLast(
      (one) => one.undo && (cause === undefined || one.cause === cause),
    );
    if (!message) return false;
    this.dismiss(message.cause);
    message.undo?.();
    return true;
  }
}

/** The window's messages: `messages.show({ cause, tone, title })`. */
export const messages = new Messages();
