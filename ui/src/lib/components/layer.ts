import { tick, untrack } from 'svelte';
import type { Attachment } from 'svelte/attachments';
import { composing } from './composing';
import { tooltipLayer } from './tooltip.svelte';

/** What lies over the window, such as a dialog, is the last in it: nothing around it cuts it off. */
export const overAll: Attachment = (node) => {
  document.body.append(node);
  return () => node.remove();
};

/** What Escape or a press elsewhere closes, the uppermost last. */
const open: Element[] = [];

/** Whether a dialog, a menu or a list lies over the screen. */
export function layerIsOpen(): boolean {
  return open.length > 0;
}

/** Messages lie over all else and are no way out of it. */
const MESSAGES = '[data-messages]';

/** Escape closes it, and a press that is neither in it nor at what opened it, while it is the uppermost. */
export function closedBy(close: () => void, opener?: () => Element | undefined): Attachment {
  return (node) => {
    open.push(node);
    const isUppermost = () => open.at(-1) === node;
    const key = (event: KeyboardEvent) => {
      // What is in it was asked first, as Svelte listens here since before this was opened: a search is only emptied.
      if (event.key !== 'Escape' || event.defaultPrevented) return;
      if (composing(event) || !isUppermost()) return;
      event.preventDefault();
      // A tooltip over it goes alone.
      if (!tooltipLayer.shown) close();
    };
    const press = ({ target, button }: PointerEvent) => {
      if (button > 0 || !isUppermost() || !(target instanceof Element)) return;
      if (target.closest(MESSAGES)) return;
      if (!node.contains(target) && !opener?.()?.contains(target)) close();
    };
    document.addEventListener('keydown', key);
    document.addEventListener('pointerdown', press);
    return () => {
      open.splice(open.indexOf(node), 1);
      document.removeEventListener('keydown', key);
      document.removeEventListener('pointerdown', press);
    };
  };
}

/**
 * What lies behind a dialog: pressed, it closes it. Not where the press closed something over the dialog, nor by the second
 * click of a double click on what opened it.
 */
export function closesBehind(close: () => void): Attachment<HTMLElement> {
  return (node) => {
    let pressed = false;
    // Before the document hears of it, where what is uppermost is closed.
    const press = () => (pressed = open.at(-1)?.contains(node) ?? false);
    const click = ({ detail }: MouseEvent) => {
      if (pressed && detail <= 1) close();
      pressed = false;
    };
    node.addEventListener('pointerdown', press);
    node.addEventListener('click', click);
    return () => {
      node.removeEventListener('pointerdown', press);
      node.removeEventListener('click', click);
    };
  };
}

const STOPS = 'a[href], button, input, select, textarea, summary, [tabindex]';

/** Where Tab stops, in order. */
function stops(within: HTMLElement): HTMLElement[] {
  return [...within.querySelectorAll<HTMLElement>(STOPS)].filter((one) => {
    if (one.tabIndex < 0 || one.matches(':disabled') || one.getClientRects().length === 0)
      return false;
    // Of choices that exclude each other, only the one that is made.
    if (!(one instanceof HTMLInputElement) || one.type !== 'radio' || one.checked) return true;
    return !within.querySelector(`[name="${CSS.escape(one.name)}"]:checked`);
  });
}

/** What keeps the focus inside, the uppermost last. */
const keeping: Element[] = [];

/**
 * The focus begins in it, where `begin` says or at the first thing that can have it, stays in it, and goes back to where
 * it was.
 */
export function keepsFocus(
  begin?: () => HTMLElement | null | undefined,
  opener?: () => HTMLElement | undefined,
): Attachment<HTMLElement> {
  return (node) => {
    const before = untrack(() => opener?.()) ?? document.activeElement;
    let last: HTMLElement | null = null;
    const isInside = () => node.contains(document.activeElement);
    const first = () => stops(node)[0] ?? node;
    const focus = (one: HTMLElement) => one.focus({ preventScroll: true });

    const moved = ({ target }: FocusEvent) => {
      if (keeping.at(-1) !== node || !(target instanceof HTMLElement)) return;
      if (node.contains(target)) {
        last = target;
        return;
      }
      // What had it may be there and not take it any more, such as a field that is disabled since.
      for (const one of [last, first(), node]) {
        if (one?.isConnected) focus(one);
        if (isInside()) return;
      }
    };
    const turn = (event: KeyboardEvent) => {
      if (event.key !== 'Tab' || keeping.at(-1) !== node) return;
      const all = stops(node);
      const [from, to] = event.shiftKey ? [all[0], all.at(-1)] : [all.at(-1), all[0]];
      if (!from || !to || document.activeElement !== from) return;
      event.preventDefault();
      to.focus();
    };
    // What had the focus may go while the rest stays.
    const lost = new MutationObserver(() => {
      if (last && !last.isConnected) focus((last = first()));
    });

    keeping.push(node);
    document.addEventListener('focusin', moved, true);
    node.addEventListener('keydown', turn);
    lost.observe(node, { childList: true, subtree: true });
    // Once all in it is as it will be.
    void tick().then(() => {
      if (node.isConnected && !isInside()) focus(begin?.() ?? first());
    });
    return () => {
      keeping.splice(keeping.indexOf(node), 1);
      document.removeEventListener('focusin', moved, true);
      node.removeEventListener('keydown', turn);
      lost.disconnect();
      const nowhere = !document.activeElement || document.activeElement === document.body;
      if ((nowhere || isInside()) && before instanceof HTMLElement && before.isConnected)
        focus(before);
    };
  };
}

interface Beside {
  side?: 'top' | 'bottom';
  align?: 'start' | 'end';
  gap?: number;
  /** How far it stays from the edges of the window. */
  edge?: number;
}

/**
 * Lies at what it belongs to, on the side with room for it; `--room` is how high it may be there, and `--opener-width` how
 * wide what it lies at is.
 */
export function beside(
  opener: () => Element | undefined,
  { side = 'bottom', align = 'start', gap = 5, edge = 0 }: Beside = {},
): Attachment<HTMLElement> {
  return (node) => {
    const { style } = node;
    const place = () => {
      const at = opener()?.getBoundingClientRect();
      if (!at) return;
      const scrolled = node.scrollTop;
      style.setProperty('--opener-width', `${at.width}px`);
      // As it would be with all the room there is.
      style.removeProperty('--room');
      style.left = '0';
      const { offsetWidth: width, offsetHeight: height } = node;
      const room = { top: at.top - gap - edge, bottom: innerHeight - at.bottom - gap - edge };
      const other = side === 'top' ? 'bottom' : 'top';
      const taken = height > room[side] && room[other] > room[side] ? other : side;
      const left = align === 'start' ? at.left : at.right - width;
      style.setProperty('--room', `${room[taken]}px`);
      style.left = `${Math.max(edge, Math.min(left, innerWidth - width - edge))}px`;
      style.top = taken === 'bottom' ? `${at.bottom + gap}px` : 'auto';
      style.bottom = taken === 'top' ? `${innerHeight - at.top + gap}px` : 'auto';
      node.scrollTop = scrolled;
    };
    const scrolls = ({ target }: Event) => {
      if (!(target instanceof Node) || !node.contains(target)) place();
    };
    const watch = new ResizeObserver(place);
    watch.observe(node);
    window.addEventListener('resize', place);
    document.addEventListener('scroll', scrolls, true);
    style.position = 'fixed';
    untrack(place);
    return () => {
      watch.disconnect();
      window.removeEventListener('resize', place);
      document.removeEventListener('scroll', scrolls, true);
    };
  };
}
