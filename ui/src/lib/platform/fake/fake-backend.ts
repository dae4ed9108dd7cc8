import type * as Ipc from '../bindings';
import { passingMemory } from '../memory';
import type { FileDrag, Platform, PlatformEvents } from '../platform';

type Command = Exclude<keyof Platform, 'on' | 'onFileDrag' | 'memory'>;

/** What every fake command shares: the record of its calls, the failures to come, the events. */
export class FakeBackend {
  /** Every command with its arguments, in order. */
  readonly calls: { command: Command; args: unknown[] }[] = [];
  readonly memory = passingMemory();
  readonly #failures = new Map<Command, Ipc.IpcError[]>();
  readonly #dragHandlers = new Set<(drag: FileDrag) => void>();
  readonly #handlers = new Map<string, Set<(payload: never) => void>>();

  /** The next calls of `command` are refused, one for each error given. */
  failNext(command: Command, ...errors: Ipc.IpcError[]) {
    this.#failures.set(command, [...(this.#failures.get(command) ?? []), ...errors]);
  }

  /** Sends an event, as the backend does after a commit. */
  emit<E extends keyof PlatformEvents>(event: E, payload: PlatformEvents[E]) {
    for (const handler of this.#handlers.get(event) ?? []) handler(payload as never);
  }

  on<E extends keyof PlatformEvents>(event: E, handler: (payload: PlatformEvents[E]) => void) {
    const handlers = this.#handlers.get(event) ?? new Set();
    this.#handlers.set(event, handlers);
    handlers.add(handler as (payload: never) => void);
    return () => void handlers.delete(handler as (payload: never) => void);
  }

  /** Drags a file over the window, or drops it. */
  drag(drag: FileDrag) {
    for (const handler of this.#dragHandlers) handler(drag);
  }

  onFileDrag(handler: (drag: FileDrag) => void) {
    this.#dragHandlers.add(handler);
    return () => void this.#dragHandlers.delete(handler);
  }

  protected async answer<T>(command: Command, args: unknown[], work: () => T): Promise<T> {
    this.calls.push({ command, args: structuredClone(args.map(plain)) });
    await Promise.resolve();
    const refusal = this.#failures.get(command)?.shift();
    if (refusal) throw refusal;
    return structuredClone(work());
  }
}

/** Arguments may be reactive proxies, which cannot be cloned as they are. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
