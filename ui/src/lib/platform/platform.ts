import type * as Ipc from './bindings';
import type { WindowMemory } from './memory';

/** The events the backend sends once a change is committed, by name. */
export interface PlatformEvents {
  payoutChanged: Ipc.PayoutChanged;
  payeeChanged: Ipc.PayeeChanged;
  notificationArrived: Ipc.NotificationArrived;
  profileChanged: Ipc.ProfileChanged;
  trouble: Ipc.Trouble;
  engineChanged: Ipc.EngineChanged;
  backupsChanged: Ipc.BackupsChanged;
  wayInChanged: Ipc.WayInChanged;
  noticePressed: Ipc.NoticePressed;
  closeAsked: Ipc.CloseAsked;
  runChanged: Ipc.RunChanged;
  runFinished: Ipc.RunFinished;
  runMissed: Ipc.RunMissed;
  runImport: Ipc.RunImport;
  rosterChanged: Ipc.RosterChanged;
  scheduleChanged: Ipc.ScheduleChanged;
  scheduleCame: Ipc.ScheduleCame;
}

/** A file that is dragged over the window, or dropped on it. */
export type FileDrag = { kind: 'over' } | { kind: 'left' } | { kind: 'dropped'; paths: string[] };

/**
 * All that the interface knows of the world outside: one method per backend command.
 * Every promise is rejected with an `IpcError` object, never with anything else.
 */
export interface Platform {
  /** The only member that is no command: it never leaves the window. */
  readonly memory: WindowMemory;
  startup(): Promise<Ipc.Startup>;
  tryDemo(): Promise<Ipc.Profile>;
  testConnection(input: Ipc.ConnectInput): Promise<Ipc.ConnectionReport>;
  connect(input: Ipc.ConnectInput): Promise<Ipc.Profile>;
  listProfiles(): Promise<Ipc.Profile[]>;
  switchProfile(id: string): Promise<Ipc.Profile>;
  updateProfile(id: string, changes: Ipc.ProfileChanges): Promise<Ipc.Profile>;
  setPreferences(preferences: Ipc.Preferences): Promise<Ipc.Preferences>;
  openDemoPage(page: Ipc.DemoPage): Promise<null>;
  playPayee(id: string): Promise<Ipc.PayeeDetail>;
  windowReady(): Promise<null>;
  registerPayee(input: Ipc.RegisterPayee): Promise<Ipc.Payee>;
  linkPayee(email: string): Promise<Ipc.Payee>;
  updatePayee(id: string, changes: Ipc.UpdatePayee): Promise<Ipc.Payee>;
  refreshPayee(id: string): Promise<Ipc.PayeeDetail>;
  refreshAllPayees(): Promise<Ipc.RefreshReport>;
  listPayees(query: Ipc.PayeeQuery): Promise<Ipc.PayeePage>;
  payee(id: string): Promise<Ipc.PayeeDetail>;
  listFundingAccounts(payeeId: string): Promise<Ipc.FundingAccount[]>;
  refreshAccount(payeeId: string, accountToken: string): Promise<Ipc.FundingAccount>;
  suggestInvoiceId(): Promise<string>;
  previewPayout(draft: Ipc.PayoutDraft): Promise<Ipc.PayoutPreview>;
  submitPayout(draft: Ipc.PayoutDraft, review: string): Promise<Ipc.Payout>;
  cancelPayout(id: string): Promise<Ipc.Payout>;
  prepareRetry(id: string): Promise<Ipc.PayoutDraft>;
  checkPayout(id: string): Promise<Ipc.Payout>;
  listPayouts(query: Ipc.PayoutQuery): Promise<Ipc.PayoutPage>;
  payout(id: string): Promise<Ipc.PayoutDetail>;
  balances(): Promise<Ipc.Balances>;
  lookAtPayouts(choice: Ipc.PayoutChoice): Promise<Ipc.PayoutsChosen>;
  checkPayouts(choice: Ipc.PayoutChoice): Promise<Ipc.BulkReport>;
  withdrawPayouts(choice: Ipc.PayoutChoice): Promise<Ipc.BulkReport>;
  retryPayouts(choice: Ipc.PayoutChoice): Promise<Ipc.RunDraft>;
  exportPayouts(choice: Ipc.PayoutChoice, words: Ipc.FileWords): Promise<string | null>;
  chosenPayees(choice: Ipc.PayeeChoice): Promise<Ipc.PayeeChosen[]>;
  refreshPayees(choice: Ipc.PayeeChoice): Promise<Ipc.RefreshReport>;
  exportPayees(choice: Ipc.PayeeChoice, words: Ipc.FileWords): Promise<string | null>;
  overview(): Promise<Ipc.Overview>;
  engineStatus(): Promise<Ipc.EngineStatus>;
  atWork(): Promise<Ipc.AtWork>;
  setLimits(limits: Ipc.Limits): Promise<Ipc.EngineStatus>;
  verifyHistory(): Promise<Ipc.HistoryReport>;
  backupStatus(): Promise<Ipc.BackupStatus>;
  setBackupOptions(options: Ipc.BackupOptions): Promise<Ipc.BackupStatus>;
  chooseFolder(): Promise<string | null>;
  chooseBackup(): Promise<string | null>;
  backUpNow(): Promise<Ipc.Backup>;
  inspectBackup(path: string, recoveryKey: string | null): Promise<Ipc.BackupFacts>;
  restoreBackup(
    path: string,
    recoveryKey: string | null,
    profile: string | null,
  ): Promise<Ipc.Profile>;
  restoreElsewhere(input: Ipc.RestoreElsewhere): Promise<Ipc.Profile>;
  newRecoveryKey(): Promise<Ipc.NewRecoveryKey>;
  confirmRecoveryKey(lastGroups: string): Promise<Ipc.BackupStatus>;
  enterRecoveryKey(profile: string, key: string): Promise<Ipc.Profile>;
  wayIn(): Promise<Ipc.WayIn>;
  setPublicUrl(url: string | null): Promise<Ipc.WayIn>;
  connectRelay(link: string): Promise<Ipc.WayIn>;
  disconnectRelay(): Promise<Ipc.WayIn>;
  sendTestNotification(): Promise<Ipc.TestOutcome>;
  listNotifications(query: Ipc.NotificationQuery): Promise<Ipc.NotificationPage>;
  notificationText(id: string): Promise<string>;
  showNotification(notice: Ipc.Notice): Promise<null>;
  showTray(words: Ipc.TrayWords): Promise<null>;
  quit(): Promise<null>;
  listRuns(query: Ipc.RunQuery): Promise<Ipc.RunPage>;
  haltedRuns(): Promise<Ipc.SomeRuns>;
  comingRuns(): Promise<Ipc.SomeRuns>;
  rowsToCome(search: string, limit: number): Promise<Ipc.RowToCome[]>;
  run(id: string): Promise<Ipc.Run>;
  chooseRunFile(): Promise<string | null>;
  importRun(path: string): Promise<Ipc.RunDraft>;
  cancelImport(): Promise<null>;
  pasteRun(text: string): Promise<Ipc.RunDraft>;
  composeRun(payees: string[]): Promise<Ipc.RunDraft>;
  copyRun(id: string): Promise<Ipc.RunDraft>;
  retryRun(id: string): Promise<Ipc.RunDraft>;
  repeatLeft(id: string): Promise<Ipc.RunDraft>;
  saveRunTemplate(format: Ipc.RunFormat, language: string): Promise<string | null>;
  runDraft(id: string): Promise<Ipc.RunDraft>;
  setRunMapping(id: string, mapping: Ipc.RunMapping): Promise<Ipc.RunDraft>;
  renameRun(id: string, name: string): Promise<Ipc.Run>;
  runRows(id: string, filter: Ipc.RunFilter, from: number, limit: number): Promise<Ipc.RunRowPage>;
  editRunCells(id: string, edits: Ipc.RunEdit[]): Promise<Ipc.RunEdited>;
  decideRunRows(id: string, rows: number[], decision: Ipc.RunDecision): Promise<Ipc.RunEdited>;
  acceptRunWarning(id: string, code: Ipc.RunProblemCode, reason: string): Promise<Ipc.RunEdited>;
  reviewRun(id: string): Promise<Ipc.RunReview>;
  releaseRun(id: string, review: string, notBefore: string | null): Promise<Ipc.Run>;
  discardRun(id: string): Promise<null>;
  pauseRun(id: string): Promise<Ipc.Run>;
  resumeRun(id: string): Promise<Ipc.Run>;
  stopRun(id: string): Promise<Ipc.Run>;
  runLeft(id: string, after: number | null, limit: number): Promise<Ipc.RunLeftPage>;
  runOutcomes(
    id: string,
    states: Ipc.OutcomeState[],
    after: number | null,
    limit: number,
  ): Promise<Ipc.RunOutcomePage>;
  queueRunRow(id: string, row: number, account: string | null): Promise<Ipc.Run>;
  exportRun(id: string, format: Ipc.RunFormat, words: Ipc.FileWords): Promise<string | null>;
  openRoster(path: string, language: string): Promise<Ipc.RosterDraft>;
  rosterDraft(id: string): Promise<Ipc.RosterDraft>;
  setRosterMapping(id: string, mapping: Ipc.RosterMapping): Promise<Ipc.RosterDraft>;
  rosterPeople(
    id: string,
    onlyProblems: boolean,
    from: number,
    limit: number,
  ): Promise<Ipc.RosterPersonPage>;
  editRosterCell(id: string, edit: Ipc.RosterEdit): Promise<Ipc.RosterDraft>;
  inviteRoster(id: string): Promise<Ipc.Roster>;
  listRosters(): Promise<Ipc.Roster[]>;
  roster(id: string): Promise<Ipc.Roster>;
  rosterRows(
    id: string,
    states: Ipc.RosterRowState[],
    after: number | null,
    limit: number,
  ): Promise<Ipc.RosterRowPage>;
  stopRoster(id: string): Promise<Ipc.Roster>;
  resumeRoster(id: string): Promise<Ipc.Roster>;
  exportRoster(id: string, words: Ipc.FileWords): Promise<string | null>;
  saveRosterTemplate(language: string): Promise<string | null>;
  listSchedules(): Promise<Ipc.Schedule[]>;
  schedule(id: string): Promise<Ipc.ScheduleDetail>;
  proposeSchedule(from: Ipc.ScheduleFrom): Promise<Ipc.ScheduleProposal>;
  makeSchedule(id: string, form: Ipc.ScheduleForm): Promise<Ipc.Schedule>;
  changeSchedule(id: string, form: Ipc.ScheduleForm): Promise<Ipc.Schedule>;
  setScheduleState(id: string, state: Ipc.ScheduleState): Promise<Ipc.Schedule>;
  draftMissed(id: string, days: string[]): Promise<string[]>;
  skipMissed(id: string, days: string[]): Promise<Ipc.Schedule>;
  /** Calls `handler` while files are dragged over the window, until the returned function is called. */
  onFileDrag(handler: (drag: FileDrag) => void): () => void;
  /** Calls `handler` for each event until the returned function is called. */
  on<E extends keyof PlatformEvents>(
    event: E,
    handler: (payload: PlatformEvents[E]) => void,
  ): () => void;
}
