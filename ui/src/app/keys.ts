import { belongsToTyping } from '$lib/components';
import { parentRoute } from './route';
import { router } from './router.svelte';

/** Answers the keys that work on every screen; lists and dialogs answer their own. */
export function answerKey(event: KeyboardEvent, showKeys: () => void): void {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (belongsToTyping(event)) return;
  if (act(event.key, showKeys)) event.preventDefault();
}

function act(key: string, showKeys: () => void): boolean {
  switch (key) {
    case 'n':
    case 'N':
      router.newPayout();
      return true;
    case 'r':
    case 'R':
      router.go({ name: 'register' });
      return true;
    case '/': {
      const search = document.querySelector<HTMLInputElement>('[data-search]');
      search?.focus();
      search?.select();
      return search !== null;
    }
    case '?':
      showKeys();
      return true;
    case 'Escape': {
      const parent = parentRoute(router.route);
      if (parent) router.go(parent);
      return parent !== null;
    }
    default:
      return false;
  }
}
