import Activity from '@lucide/svelte/icons/activity';
import ArrowLeft from '@lucide/svelte/icons/arrow-left';
import ArrowLeftRight from '@lucide/svelte/icons/arrow-left-right';
import ArrowRight from '@lucide/svelte/icons/arrow-right';
import Bug from '@lucide/svelte/icons/bug';
import CalendarClock from '@lucide/svelte/icons/calendar-clock';
import CircleQuestionMark from '@lucide/svelte/icons/circle-question-mark';
import ClipboardPaste from '@lucide/svelte/icons/clipboard-paste';
import Contrast from '@lucide/svelte/icons/contrast';
import HardDriveDownload from '@lucide/svelte/icons/hard-drive-download';
import FileUp from '@lucide/svelte/icons/file-up';
import Keyboard from '@lucide/svelte/icons/keyboard';
import Languages from '@lucide/svelte/icons/languages';
import LayoutDashboard from '@lucide/svelte/icons/layout-dashboard';
import Layers from '@lucide/svelte/icons/layers';
import ListPlus from '@lucide/svelte/icons/list-plus';
import Mail from '@lucide/svelte/icons/mail';
import Moon from '@lucide/svelte/icons/moon';
import Plus from '@lucide/svelte/icons/plus';
import RefreshCw from '@lucide/svelte/icons/refresh-cw';
import Repeat from '@lucide/svelte/icons/repeat';
import Send from '@lucide/svelte/icons/send';
import Settings from '@lucide/svelte/icons/settings';
import Sun from '@lucide/svelte/icons/sun';
import SunMoon from '@lucide/svelte/icons/sun-moon';
import UserPlus from '@lucide/svelte/icons/user-plus';
import UserRound from '@lucide/svelte/icons/user-round';
import Users from '@lucide/svelte/icons/users';
import { messages, type Icon } from '$lib/components';
import { questions, tellError, tellRefreshed, type Question } from '$lib/domain';
import { languages, languageTags, t } from '$lib/i18n';
import type { Profile, Theme } from '$lib/platform';
import type { Route } from '../route';
import { router } from '../router.svelte';
import type { RunImport } from '../run-import.svelte';
import type { Session } from '../session.svelte';
import type { Entry } from './entry';

/** What the deeds work on. */
export interface Scene {
  session: Session;
  imports: RunImport;
  profiles: readonly Profile[];
  showKeys: () => void;
}

/** The screens there are to go to. */
export function places(): Entry[] {
  const place = (route: Route, label: string, icon: Icon): Entry => ({
    id: `go:${route.name}`,
    label,
    icon,
    run: () => router.go(route),
  });
  return [
    place({ name: 'overview' }, t('overview.title'), LayoutDashboard),
    place({ name: 'payees' }, t('common.payees'), Users),
    place({ name: 'payouts', payee: null }, t('common.payouts'), ArrowLeftRight),
    place({ name: 'runs' }, t('runs.title'), Layers),
    place({ name: 'schedules' }, t('schedules.title'), CalendarClock),
    place({ name: 'activity' }, t('common.activity'), Activity),
    place({ name: 'settings' }, t('common.settings'), Settings),
  ];
}

/** The questions that owners really have, found by their words. */
export function answers(explain: (about: Question) => void): Entry[] {
  return questions.map((about) => ({
    id: `help:${about}`,
    label: t(`help.${about}`),
    icon: CircleQuestionMark,
    run: () => explain(about),
  }));
}

/** What a language is called in another: whoever does not read the one shown looks for his own. */
function nameIn(tag: string, language: string): string {
  return new Intl.DisplayNames([tag], { type: 'language' }).of(language) ?? language;
}

const themes: [Theme, Icon][] = [
  ['system', SunMoon],
  ['light', Sun],
  ['dark', Moon],
];

/** Tells of a failure where the deed has no place of its own to do so. */
function attempt(work: () => Promise<unknown>): () => void {
  return () => void work().catch(tellError);
}

/** What can be done from anywhere. */
export function deeds({ session, imports, profiles, showKeys }: Scene): Entry[] {
  const { platform, profile, preferences } = session;
  const demo = profile?.environment === 'demo';
  return [
    {
      id: 'do:pay',
      label: t('common.pay'),
      icon: Send,
      keys: ['N'],
      run: () => router.newPayout(),
    },
    {
      id: 'do:register',
      label: t('payees.register'),
      icon: UserPlus,
      keys: ['R'],
      run: () => router.go({ name: 'register' }),
    },
    {
      id: 'do:register-file',
      label: t('roster.button'),
      icon: FileUp,
      words: 'csv xlsx excel',
      run: () => void imports.choosePeople(),
    },
    {
      id: 'do:import',
      label: t('runs.import'),
      icon: FileUp,
      words: 'csv xlsx excel',
      run: () => void imports.choose(),
    },
    ...begin(imports),
    {
      id: 'do:refresh',
      label: t('palette.refreshPayees'),
      icon: RefreshCw,
      run: attempt(async () => tellRefreshed(await platform.refreshAllPayees())),
    },
    ...(profile?.keeps ? [backUp(session)] : []),
    ...(demo ? demoPages(session) : []),
    ...profiles
      .filter(({ id }) => id !== profile?.id)
      .map((other): Entry => ({
        id: `account:${other.id}`,
        label: t('palette.switchTo', { account: other.name }),
        icon: Repeat,
        run: attempt(async () => {
          if (await session.change(other.id)) router.go({ name: 'home' });
        }),
      })),
    {
      id: 'do:connect',
      label: t('common.addProfile'),
      icon: Plus,
      run: () => router.go({ name: 'welcome' }),
    },
    ...themes
      .filter(([theme]) => theme !== preferences.theme)
      .map(([theme, icon]): Entry => ({
        id: `theme:${theme}`,
        label: t('palette.theme', { theme: t(`settings.theme_${theme}`) }),
        icon,
        run: attempt(() => session.prefer({ ...session.preferences, theme })),
      })),
    contrast(session),
    ...languageTags
      .filter((language) => language !== preferences.language)
      .map((language): Entry => ({
        id: `language:${language}`,
        label: t('palette.language', { language: languages[language].name }),
        icon: Languages,
        words: [language, ...languageTags.map((tag) => nameIn(tag, language))].join(' '),
        run: attempt(() => session.prefer({ ...session.preferences, language })),
      })),
    {
      id: 'do:back',
      label: t('palette.back'),
      icon: ArrowLeft,
      keys: ['Alt', '←'],
      run: () => router.back(),
    },
    {
      id: 'do:forward',
      label: t('palette.forward'),
      icon: ArrowRight,
      keys: ['Alt', '→'],
      run: () => router.forward(),
    },
    { id: 'do:keys', label: t('common.keysHelp'), icon: Keyboard, keys: ['?'], run: showKeys },
  ];
}

/** The other ways to begin a run; the screen of the runs asks for what it takes. */
function begin(imports: RunImport): Entry[] {
  const way = (asking: RunImport['asking'], label: string, icon: Icon): Entry => ({
    id: `do:run-${asking}`,
    label,
    icon,
    words: t('runs.one'),
    run: () => {
      router.go({ name: 'runs' });
      imports.asking = asking;
    },
  });
  return [
    way('rows', t('runs.paste'), ClipboardPaste),
    way('payees', t('runs.pickPayees'), ListPlus),
  ];
}

function contrast({ contrast }: Session): Entry {
  const other = contrast.choice === 'more' ? 'system' : 'more';
  return {
    id: `contrast:${other}`,
    label: t('palette.contrast', { contrast: t(`settings.contrast_${other}`) }),
    icon: Contrast,
    run: () => contrast.choose(other),
  };
}

function backUp({ platform }: Session): Entry {
  return {
    id: 'do:backup',
    label: t('backups.backUp'),
    icon: HardDriveDownload,
    run: attempt(async () => {
      messages.show({ cause: 'backup', tone: 'blue', title: t('backups.backingUp') });
      try {
        const { path } = await platform.backUpNow();
        messages.show({ cause: 'backup', tone: 'green', title: t('palette.backedUp'), text: path });
      } catch (caught) {
        messages.dismiss('backup');
        throw caught;
      }
    }),
  };
}

function demoPages({ platform }: Session): Entry[] {
  return [
    {
      id: 'demo:mailbox',
      label: t('palette.demoMailbox'),
      icon: Mail,
      run: attempt(() => platform.openDemoPage('mailbox')),
    },
    {
      id: 'demo:portal',
      label: t('palette.demoPortal'),
      icon: UserRound,
      run: attempt(() => platform.openDemoPage('portal')),
    },
    {
      id: 'demo:outcomes',
      label: t('palette.demoOutcomes'),
      icon: Bug,
      run: attempt(() => platform.openDemoPage('outcomes')),
    },
  ];
}
