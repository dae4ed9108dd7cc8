import type { IpcError } from './bindings';

/** Tells a refused command from a fault in the interface itself. */
export function isIpcError(value: unknown): value is IpcError {
  return typeof value === 'object' && value !== null && 'code' in value && 'retry' in value;
}

/** What was caught, as the one error shape the screens know how to show. */
export function toIpcError(caught: unknown): IpcError {
  if (isIpcError(caught)) return caught;
  const message = caught instanceof Error ? caught.message : String(caught);
  return { code: 'internal', message, field: null, retry: false, detail: null };
}
