import type { ErrorCode, IpcError } from '../bindings';

/** An error as the backend would send it. */
export function failure(code: ErrorCode, parts: Partial<IpcError> = {}): IpcError {
  return { code, message: `fake: ${code}`, field: null, retry: false, detail: null, ...parts };
}
