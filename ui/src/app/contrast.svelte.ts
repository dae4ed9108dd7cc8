import { Remembered } from '$lib/live';
import type { WindowMemory } from '$lib/platform';

export const contrastChoices = ['system', 'more'] as const;
export type ContrastChoice = (typeof contrastChoices)[number];

/** Whether the window is drawn in high contrast: as the system asks, or as the owner chose. */
export class Contrast {
  readonly #choice: Remembered<ContrastChoice>;
  readonly #system = matchMedia('(prefers-contrast: more)');

  constructor(memory: WindowMemory) {
    this.#choice = new Remembered(memory, 'contrast', (kept) =>
      kept === 'more' ? 'more' : 'system',
    );
    this.#system.addEventListener('change', () => this.#apply());
    this.#apply();
  }

  get choice(): ContrastChoice {
    return this.#choice.value;
  }

  choose(choice: ContrastChoice) {
    this.#choice.value = choice;
    this.#apply();
  }

  #apply() {
    const more = this.choice === 'more' || this.#system.matches;
    if (more) document.documentElement.dataset.contrast = 'more';
    else delete document.documentElement.dataset.contrast;
  }
}
