import type { Attachment } from 'svelte/attachments';

type Text = () => string | null;

interface Shown {
  said: string;
  anchor: DOMRect;
  /** What it would say now. */
  text: Text;
}

const OPEN_DELAY_MS = 350;

/** The one tooltip of the window: lists show thousands of badges, so none of them owns a popup. */
class TooltipLayerState {
  #shown: Shown | null = $state.raw(null);
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Nothing once it says what is no longer so. */
  get shown(): Shown | null {
    return this.#shown?.text() === this.#shown?.said ? this.#shown : null;
  }

  open(element: HTMLElement, text: Text, delay: number) {
    const said = text();
    // What surrounds it may have something to say.
    if (!said) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#shown = { said, text, anchor: element.getBoundingClientRect() };
    }, delay);
  }

  close() {
    clearTimeout(this.#timer);
    this.#shown = null;
  }
}

export const tooltipLayer = new TooltipLayerState();
export const TOOLTIP_ID = 'tooltip-layer';

/**
 * Shows a text while the element is hovered or focused; Escape and scrolling hide it. The text is made only then: lists
 * have hundreds of them that nobody reads.
 */
export function tooltip(text: Text): Attachment<HTMLElement> {
  return (element) => {
    const hover = () => {
      tooltipLayer.open(element, text, OPEN_DELAY_MS);
    };
    const focus = () => {
      if (element.matches(':focus-visible, :has(:focus-visible)')) {
        tooltipLayer.open(element, text, 0);
      }
    };
    const leave = () => tooltipLayer.close();
    element.addEventListener('pointerenter', hover);
    element.addEventListener('pointerleave', leave);
    element.addEventListener('pointerdown', leave);
    element.addEventListener('focusin', focus);
    element.addEventListener('focusout', leave);
    return () => {
      element.removeEventListener('pointerenter', hover);
      element.removeEventListener('pointerleave', leave);
      element.removeEventListener('pointerdown', leave);
      element.removeEventListener('focusin', focus);
      element.removeEventListener('focusout', leave);
      leave();
    };
  };
}
