import { listen as listenTo } from '@tauri-apps/api/event';
import { commands, events } from './bindings';
import type { IpcError } from './bindings';
import { toIpcError } from './ipc-error';
import { storedMemory } from './memory';
import type { FileDrag, Platform, PlatformEvents } from './platform';

type Answer<T> = { status: 'ok'; data: T } | { status: 'error'; error: IpcError };

async function unwrap<T>(answer: Promise<Answer<T>>): Promise<T> {
  const settled = await answer.catch((cause: unknown): Answer<T> => {
    return { status: 'error', error: toIpcError(cause) };
  });
  if (settled.status === 'error') throw settled.error;
  return settled.data;
}

function listen<E extends keyof PlatformEvents>(
  event: E,
  handler: (payload: PlatformEvents[E]) => void,
): () => void {
  const source = events[event] as unknown as {
    listen(cb: (e: { payload: PlatformEvents[E] }) => void): Promise<() => void>;
  };
  let active = true;
  const attached = source.listen(({ payload }) => {
    if (active) handler(payload);
  });
  return () => {
    active = false;
    void attached.then((detach) => detach());
  };
}

/** What is dragged is told by the system, with the paths that a page would not learn. */
function onFileDrag(handler: (drag: FileDrag) => void): () => void {
  let active = true;
  const hear = (event: string, drag: (paths: string[]) => FileDrag | null) =>
    listenTo<{ paths?: string[] } | null>(event, ({ payload }) => {
      const told = active ? drag(payload?.paths ?? []) : null;
      if (told) handler(told);
    });
  const attached = [
    hear('tauri://drag-enter', (paths) => (paths.length > 0 ? { kind: 'over' } : null)),
    hear('tauri://drag-leave', () => ({ kind: 'left' })),
    hear('tauri://drag-drop', (paths) => ({ kind: 'dropped', paths })),
  ];
  return () => {
    active = false;
    for (const one of attached) void one.then((detach) => detach());
  };
}

type Commands = typeof commands;
type Data<T> = Extract<T, { status: 'ok' }> extends { data: infer D } ? D : never;

/** Every command under its own name: it is fulfilled with the data alone and rejected with the error. */
const answers = Object.fromEntries(
  Object.entries(commands).map(([name, command]) => {
    const ask = command as (...input: unknown[]) => Promise<Answer<unknown>>;
    return [name, (...input: unknown[]) => unwrap(ask(...input))];
  }),
) as unknown as {
  [C in keyof Commands]: (
    ...input: Parameters<Commands[C]>
  ) => Promise<Data<Awaited<ReturnType<Commands[C]>>>>;
};

/** The real backend, reached over Tauri's bridge. */
export const tauriPlatform: Platform = {
  ...answers,
  memory: storedMemory,
  onFileDrag,
  on: listen,
};
