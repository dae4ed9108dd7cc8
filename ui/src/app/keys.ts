import { belongsToTyping, composing, layerIsOpen, messages } from '$lib/components';
import { parentRoute } from './route';
import { router } from './router.svelte';

/** What the keys of the window open. */
export interface Sheets {
  showKeys: () => void;
  showPalette: () => void;
}

/** Answers the keys that work on every screen; lists and dialogs answer their own. */
export function answerKey(event: KeyboardEvent, sheets: Sheets): void {
  if (event.defaultPrevented || composing(event)) return;
  if (withModifier(event, sheets)) event.preventDefault();
  if (event.ctrlKey || event.metaKey || event.altKey || belongsToTyping(event)) return;
  if (act(event.key, sheets.showKeys)) event.preventDefault();
}

/** Keys with a modifier write nothing, so most work in a field too; not over a dialog. */
function withModifier(event: KeyboardEvent, { showPalette }: Sheets): boolean {
  if (layerIsOpen()) return false;
  const mod = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
  if (mod && event.key.toLowerCase() === 'k') {
    showPalette();
    return true;
  }
  // In a field the key takes back what was typed, in the grid of a run what was changed there.
  if (mod && event.key.toLowerCase() === 'z' && !belongsToTyping(event)) return messages.undo();
  const alone = event.altKey && !event.ctrlKey && !event.metaKey && !event.shiftKey;
  if (alone && event.key === 'ArrowLeft') router.back();
  else if (alone && event.key === 'ArrowRight') router.forward();
  else return false;
  return true;
}

const BACK_BUTTON = 3;
const FORWARD_BUTTON = 4;

/** The side buttons of a mouse go back and forward; the web view's own answer is not waited for. */
export function answerButton(event: MouseEvent): void {
  if (event.button !== BACK_BUTTON && event.button !== FORWARD_BUTTON) return;
  event.preventDefault();
  if (event.type !== 'mouseup' || layerIsOpen()) return;
  if (event.button === BACK_BUTTON) router.back();
  else router.forward();
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
