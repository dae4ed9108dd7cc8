import { createContext } from 'svelte';
import { Contrast } from './contrast.svelte';
import { spoken } from '$lib/i18n';
import { toIpcError } from '$lib/platform';
import type { AtWork, IpcError, Platform, Preferences, Profile, Startup } from '$lib/platform';
import { soon, waits } from './tray.svelte';

/** A question whether to leave an account that is at work. */
export interface Leaving {
  work: AtWork;
  answer: (may: boolean) => void;
}

/** What holds for the whole window: the start-up's answer, the open profile, the preferences. */
export class Session {
  startup: Startup | null = $state(null);
  profile: Profile | null = $state(null);
  preferences: Preferences = $state({ theme: 'system', language: 'system' });
  trouble: IpcError | null = $state(null);
  /** The window shows its first screen: what else it is to tell can be asked for now. */
  painted = $state(false);
  /** What the owner is asked before the account is left. */
  leaving: Leaving | null = $state.raw(null);
  readonly platform: Platform;
  readonly contrast: Contrast;

  constructor(platform: Platform) {
    this.platform = platform;
    this.contrast = new Contrast(platform.memory);
    platform.on('profileChanged', ({ profile }) => {
      this.profile = profile;
    });
  }

  /** Asks the backend how things stand, unless that was asked already; a failure becomes the Trouble screen. */
  async start(asked = this.platform.startup()) {
    try {
      const startup = await asked;
      // Nothing is shown before it can be said.
      await this.#apply(startup.preferences);
      this.profile = startup.profile;
      this.trouble = startup.state === 'trouble' ? (startup.trouble ?? unexplained) : null;
      this.startup = startup;
    } catch (caught) {
      await spoken.prefer(this.preferences.language).catch(() => null);
      this.trouble = toIpcError(caught);
    }
  }

  /** Opens another account, after the owner was asked where this one is at work. Whether it was opened. */
  async change(id: string): Promise<boolean> {
    // An account that cannot tell has nothing open to be left.
    const work = await this.platform.atWork().catch(() => null);
    if (work && (waits(work) || soon(work) !== null) && !(await this.#mayLeave(work))) return false;
    this.opened(await this.platform.switchProfile(id));
    return true;
  }

  async #mayLeave(work: AtWork): Promise<boolean> {
    this.leaving?.answer(false);
    const may = await new Promise<boolean>((answer) => {
      this.leaving = { work, answer };
    });
    this.leaving = null;
    return may;
  }

  /** A profile has been opened by the welcome screen, the switcher or the settings. */
  opened(profile: Profile) {
    this.profile = profile;
    this.trouble = null;
  }

  async prefer(preferences: Preferences) {
    await this.#apply(await this.platform.setPreferences(preferences));
  }

  async #apply(preferences: Preferences) {
    this.preferences = preferences;
    if (preferences.theme === 'system') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = preferences.theme;
    await spoken.prefer(preferences.language);
    document.documentElement.lang = spoken.language;
  }
}

const unexplained: IpcError = {
  code: 'internal',
  message: 'Remit could not start and gave no reason.',
  field: null,
  retry: true,
  detail: null,
};

/** `getSession()` in any component of the window. */
export const [getSession, setSession] = createContext<Session>();
