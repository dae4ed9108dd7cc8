import { messages } from '$lib/components';

/** Tells where a file was written; nothing, if the owner chose no place. */
export function tellExported(title: string, path: string | null): void {
  if (path === null) return;
  messages.show({ cause: 'export', tone: 'green', title, text: path });
}
