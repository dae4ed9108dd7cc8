import type * as Ipc from '../bindings';
import { failure } from './failure';
import { FakeWayIn, type WayInOptions } from './fake-way-in';
import { hoursAgo, liveProfile, NOW } from './samples';

/** How copies, the history and the engine begin. */
export interface SafetyOptions extends WayInOptions {
  backups?: Partial<Ipc.BackupStatus>;
  engine?: Partial<Ipc.EngineStatus>;
  history?: Partial<Ipc.HistoryReport>;
}

/** The one recovery key of the fake. */
export const RECOVERY_KEY = '7K3M-Q9XW-0FHT-2ZB8-VNRP-5CJD-4GYA-E6S1-M8KQ-W3X9-T0HF-B2Z8-PVNR-D5CJ';

const folder = '/home/owner/.local/share/remit/profiles/live/backups';

/** A copy made so many hours before the fake's now. */
export function sampleBackup(hours: number, automatic = true): Ipc.Backup {
  const madeAt = hoursAgo(hours);
  const name = `Northwind Design LLC ${madeAt.slice(0, 16).replace(':', '')}.remit-copy`;
  return { name, path: `${folder}/${name}`, madeAt, bytes: 4_730_880, automatic };
}

/** The part of the fake that keeps the records safe: copies, the recovery key, the history, the engine. */
export abstract class FakeSafety extends FakeWayIn {
  backups: Ipc.BackupStatus;
  engine: Ipc.EngineStatus;
  history: Ipc.HistoryReport;
  /** What every copy holds; a copy's own name and time are added. */
  facts: Omit<Ipc.BackupFacts, 'backup'> = {
    account: {
      name: liveProfile.name,
      environment: liveProfile.environment,
      merchantNo: liveProfile.merchantNo,
      storeNo: liveProfile.storeNo,
    },
    profileId: liveProfile.id,
    payees: 38,
    payouts: 1204,
    events: 12_398,
    lastEventAt: hoursAgo(9),
    newerThanBackup: 33,
  };

  constructor({ backups, engine, history, ...others }: SafetyOptions) {
    super(others);
    this.backups = {
      folder,
      folderIsDefault: true,
      automatic: true,
      backups: [9, 33, 57, 60, 81, 105, 129].map((hours) => sampleBackup(hours, hours !== 60)),
      trouble: null,
      recoveryKeySavedAt: hoursAgo(800),
      nextAt: hoursAgo(-15),
      lastAt: hoursAgo(9),
      missingPayouts: 3,
      ...backups,
    };
    this.engine = {
      limits: { inFlight: 8, perMinute: 120 },
      underWay: 1,
      waiting: 0,
      offlineSince: null,
      heldUntil: null,
      answeredAt: hoursAgo(0.01),
      nextAskAt: hoursAgo(-0.5),
      recovery: null,
      learnt: { notified: 182, askedFirst: 7, repaired: 0, since: hoursAgo(720) },
      ...engine,
    };
    this.history = {
      events: 12_431,
      head: '9f2c',
      checkedAt: NOW,
      firstBad: null,
      keychain: 'matches',
      trouble: null,
      ...history,
    };
  }

  /** Opens an account, as a restore does. */
  protected abstract opened(id: string | null): Ipc.Profile;

  /** The engine goes on, as it does by itself, and says so. */
  turn(engine: Partial<Ipc.EngineStatus>) {
    this.engine = { ...this.engine, ...engine };
    this.emit('engineChanged', null);
  }

  engineStatus() {
    return this.answer('engineStatus', [], () => this.engine);
  }

  setLimits(limits: Ipc.Limits) {
    return this.answer('setLimits', [limits], () => {
      this.turn({ limits });
      return this.engine;
    });
  }

  verifyHistory() {
    return this.answer('verifyHistory', [], () => this.history);
  }

  backupStatus() {
    return this.answer('backupStatus', [], () => this.backups);
  }

  #keep(backups: Partial<Ipc.BackupStatus>): Ipc.BackupStatus {
    this.backups = { ...this.backups, ...backups };
    this.emit('backupsChanged', null);
    return this.backups;
  }

  setBackupOptions(options: Ipc.BackupOptions) {
    return this.answer('setBackupOptions', [options], () =>
      this.#keep({
        automatic: options.automatic,
        folder: options.folder ?? folder,
        folderIsDefault: options.folder === null,
      }),
    );
  }

  chooseFolder() {
    return this.answer('chooseFolder', [], () => '/media/owner/Safe/Remit');
  }

  chooseBackup() {
    return this.answer('chooseBackup', [], () => sampleBackup(9).path);
  }

  backUpNow() {
    return this.answer('backUpNow', [], () => {
      const made = sampleBackup(0, false);
      this.#keep({
        backups: [made, ...this.backups.backups],
        lastAt: made.madeAt,
        missingPayouts: 0,
      });
      return made;
    });
  }

  #facts(path: string, key: string | null): Ipc.BackupFacts {
    if (key !== null) requireKey(key);
    const backup = this.backups.backups.find((known) => known.path === path);
    return { ...this.facts, backup: backup ?? { ...sampleBackup(9), path } };
  }

  inspectBackup(path: string, recoveryKey: string | null) {
    return this.answer('inspectBackup', [path, recoveryKey], () => this.#facts(path, recoveryKey));
  }

  restoreBackup(path: string, recoveryKey: string | null, profile: string | null) {
    return this.answer('restoreBackup', [path, recoveryKey, profile], () => {
      this.#facts(path, recoveryKey);
      const recovery: Ipc.Recovery = {
        cause: 'restored',
        since: NOW,
        doneAt: null,
        found: 0,
        replacedRead: false,
      };
      this.turn({ recovery });
      return this.opened(profile);
    });
  }

  restoreElsewhere(input: Ipc.RestoreElsewhere) {
    return this.answer('restoreElsewhere', [input], () => {
      this.#facts(input.path, input.recoveryKey);
      return this.opened(null);
    });
  }

  newRecoveryKey() {
    return this.answer('newRecoveryKey', [], (): Ipc.NewRecoveryKey => ({ key: RECOVERY_KEY }));
  }

  confirmRecoveryKey(lastGroups: string) {
    return this.answer('confirmRecoveryKey', [lastGroups], () => {
      if (bare(lastGroups) !== bare(RECOVERY_KEY).slice(-8)) throw failure('recovery_key_wrong');
      return this.#keep({ recoveryKeySavedAt: NOW });
    });
  }

  enterRecoveryKey(profile: string, key: string) {
    return this.answer('enterRecoveryKey', [profile, key], () => {
      requireKey(key);
      return this.opened(profile);
    });
  }
}

function bare(key: string): string {
  return key.replace(/[\s-]/g, '').toUpperCase();
}

function requireKey(key: string) {
  if (bare(key) !== bare(RECOVERY_KEY)) throw failure('recovery_key_invalid', { detail: '3' });
}
