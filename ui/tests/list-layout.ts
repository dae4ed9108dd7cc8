import { afterEach, beforeEach, vi } from 'vitest';

/** In pixels: how high every list is in a test, and each of its rows. */
export const VIEWPORT = 660;

/** Gives the test's document, which lays nothing out, just enough sizes for virtual lists. */
export function layOutLists() {
  beforeEach(() => {
    // The test's document has no layout: the grid is as high as the viewport, its heading a row.
    vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(VIEWPORT);
    vi.spyOn(HTMLElement.prototype, 'offsetHeight', 'get').mockImplementation(function (
      this: HTMLElement,
    ) {
      return this.role === 'grid' ? VIEWPORT : 44;
    });
    vi.stubGlobal(
      'ResizeObserver',
      class {
        readonly #report: ResizeObserverCallback;
        constructor(report: ResizeObserverCallback) {
          this.#report = report;
        }
        observe(target: Element) {
          const contentRect = { width: 800, height: VIEWPORT };
          const entry = { target, contentRect } as unknown as ResizeObserverEntry;
          queueMicrotask(() => this.#report([entry], this as unknown as ResizeObserver));
        }
        unobserve() {
          return;
        }
        disconnect() {
          return;
        }
      },
    );
  });

  afterEach(() => {
    vi.restoreAllMocks();
    vi.unstubAllGlobals();
  });
}
