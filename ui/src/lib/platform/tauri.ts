import { getCurrentWebview } from '@tauri-apps/api/webview';
import { commands, events } from './bindings';
import type { IpcError } from './bindings';
import { toIpcError } from './ipc-error';
import { storedMemory } from './memory';
import type { FileDrag, Platform, PlatformEvents } from './platform';

type Answer<T> = { status: 'ok'; data: T } | { status: 'error'; error: IpcError };

async function unwrap<T>(answer: Promise<Answer<T>>): Promise<T> {
  const settled = await answer.catch((cause: unknown): Answer<T> => {
    return { status: 'error', error: toIpcError(cause) };
  });
  if (settled.status === 'error') throw settled.error;
  return settled.data;
}

function listen<E extends keyof PlatformEvents>(
  event: E,
  handler: (payload: PlatformEvents[E]) => void,
): () => void {
  const source = events[event] as unknown as {
    listen(cb: (e: { payload: PlatformEvents[E] }) => void): Promise<() => void>;
  };
  let active = true;
  const attached = source.listen(({ payload }) => {
    if (active) handler(payload);
  });
  return () => {
    active = false;
    void attached.then((detach) => detach());
  };
}

/** What is dragged is told by the system, with the paths that a page would not learn. */
function onFileDrag(handler: (drag: FileDrag) => void): () => void {
  let active = true;
  const attached = getCurrentWebview().onDragDropEvent(({ payload }) => {
    if (!active) return;
    if (payload.type === 'enter' && payload.paths.length > 0) handler({ kind: 'over' });
    if (payload.type === 'leave') handler({ kind: 'left' });
    if (payload.type === 'drop') handler({ kind: 'dropped', paths: payload.paths });
  });
  return () => {
    active = false;
    void attached.then((detach) => detach());
  };
}

/** The real backend, reached over Tauri's bridge. */
export const tauriPlatform: Platform = {
  memory: storedMemory,
  startup: () => unwrap(commands.startup()),
  tryDemo: () => unwrap(commands.tryDemo()),
  testConnection: (input) => unwrap(commands.testConnection(input)),
  connect: (input) => unwrap(commands.connect(input)),
  listProfiles: () => unwrap(commands.listProfiles()),
  switchProfile: (id) => unwrap(commands.switchProfile(id)),
  updateProfile: (id, changes) => unwrap(commands.updateProfile(id, changes)),
  setPreferences: (preferences) => unwrap(commands.setPreferences(preferences)),
  openDemoPage: (page) => unwrap(commands.openDemoPage(page)),
  playPayee: (id) => unwrap(commands.playPayee(id)),
  windowReady: () => unwrap(commands.windowReady()),
  registerPayee: (input) => unwrap(commands.registerPayee(input)),
  linkPayee: (email) => unwrap(commands.linkPayee(email)),
  updatePayee: (id, changes) => unwrap(commands.updatePayee(id, changes)),
  refreshPayee: (id) => unwrap(commands.refreshPayee(id)),
  refreshAllPayees: () => unwrap(commands.refreshAllPayees()),
  listPayees: (query) => unwrap(commands.listPayees(query)),
  payee: (id) => unwrap(commands.payee(id)),
  listFundingAccounts: (payeeId) => unwrap(commands.listFundingAccounts(payeeId)),
  refreshAccount: (payeeId, accountToken) => unwrap(commands.refreshAccount(payeeId, accountToken)),
  suggestInvoiceId: () => unwrap(commands.suggestInvoiceId()),
  previewPayout: (draft) => unwrap(commands.previewPayout(draft)),
  submitPayout: (draft, review) => unwrap(commands.submitPayout(draft, review)),
  cancelPayout: (id) => unwrap(commands.cancelPayout(id)),
  prepareRetry: (id) => unwrap(commands.prepareRetry(id)),
  checkPayout: (id) => unwrap(commands.checkPayout(id)),
  listPayouts: (query) => unwrap(commands.listPayouts(query)),
  payout: (id) => unwrap(commands.payout(id)),
  balances: () => unwrap(commands.balances()),
  lookAtPayouts: (choice) => unwrap(commands.lookAtPayouts(choice)),
  checkPayouts: (choice) => unwrap(commands.checkPayouts(choice)),
  withdrawPayouts: (choice) => unwrap(commands.withdrawPayouts(choice)),
  retryPayouts: (choice) => unwrap(commands.retryPayouts(choice)),
  exportPayouts: (choice, words) => unwrap(commands.exportPayouts(choice, words)),
  chosenPayees: (choice) => unwrap(commands.chosenPayees(choice)),
  refreshPayees: (choice) => unwrap(commands.refreshPayees(choice)),
  exportPayees: (choice, words) => unwrap(commands.exportPayees(choice, words)),
  overview: () => unwrap(commands.overview()),
  engineStatus: () => unwrap(commands.engineStatus()),
  atWork: () => unwrap(commands.atWork()),
  setLimits: (limits) => unwrap(commands.setLimits(limits)),
  verifyHistory: () => unwrap(commands.verifyHistory()),
  backupStatus: () => unwrap(commands.backupStatus()),
  setBackupOptions: (options) => unwrap(commands.setBackupOptions(options)),
  chooseFolder: () => unwrap(commands.chooseFolder()),
  chooseBackup: () => unwrap(commands.chooseBackup()),
  backUpNow: () => unwrap(commands.backUpNow()),
  inspectBackup: (path, key) => unwrap(commands.inspectBackup(path, key)),
  restoreBackup: (path, key, profile) => unwrap(commands.restoreBackup(path, key, profile)),
  restoreElsewhere: (input) => unwrap(commands.restoreElsewhere(input)),
  newRecoveryKey: () => unwrap(commands.newRecoveryKey()),
  confirmRecoveryKey: (lastGroups) => unwrap(commands.confirmRecoveryKey(lastGroups)),
  enterRecoveryKey: (profile, key) => unwrap(commands.enterRecoveryKey(profile, key)),
  wayIn: () => unwrap(commands.wayIn()),
  setPublicUrl: (url) => unwrap(commands.setPublicUrl(url)),
  connectRelay: (link) => unwrap(commands.connectRelay(link)),
  disconnectRelay: () => unwrap(commands.disconnectRelay()),
  sendTestNotification: () => unwrap(commands.sendTestNotification()),
  listNotifications: (query) => unwrap(commands.listNotifications(query)),
  notificationText: (id) => unwrap(commands.notificationText(id)),
  showNotification: (notice) => unwrap(commands.showNotification(notice)),
  showTray: (words) => unwrap(commands.showTray(words)),
  quit: () => unwrap(commands.quit()),
  listRuns: (query) => unwrap(commands.listRuns(query)),
  haltedRuns: () => unwrap(commands.haltedRuns()),
  run: (id) => unwrap(commands.run(id)),
  chooseRunFile: () => unwrap(commands.chooseRunFile()),
  importRun: (path) => unwrap(commands.importRun(path)),
  cancelImport: () => unwrap(commands.cancelImport()),
  pasteRun: (text) => unwrap(commands.pasteRun(text)),
  composeRun: (payees) => unwrap(commands.composeRun(payees)),
  copyRun: (id) => unwrap(commands.copyRun(id)),
  retryRun: (id) => unwrap(commands.retryRun(id)),
  repeatLeft: (id) => unwrap(commands.repeatLeft(id)),
  saveRunTemplate: (format, language) => unwrap(commands.saveRunTemplate(format, language)),
  runDraft: (id) => unwrap(commands.runDraft(id)),
  setRunMapping: (id, mapping) => unwrap(commands.setRunMapping(id, mapping)),
  renameRun: (id, name) => unwrap(commands.renameRun(id, name)),
  runRows: (id, filter, from, limit) => unwrap(commands.runRows(id, filter, from, limit)),
  editRunCells: (id, edits) => unwrap(commands.editRunCells(id, edits)),
  decideRunRows: (id, rows, decision) => unwrap(commands.decideRunRows(id, rows, decision)),
  acceptRunWarning: (id, code, reason) => unwrap(commands.acceptRunWarning(id, code, reason)),
  reviewRun: (id) => unwrap(commands.reviewRun(id)),
  releaseRun: (id, review, notBefore) => unwrap(commands.releaseRun(id, review, notBefore)),
  discardRun: (id) => unwrap(commands.discardRun(id)),
  pauseRun: (id) => unwrap(commands.pauseRun(id)),
  resumeRun: (id) => unwrap(commands.resumeRun(id)),
  stopRun: (id) => unwrap(commands.stopRun(id)),
  runLeft: (id, after, limit) => unwrap(commands.runLeft(id, after, limit)),
  runOutcomes: (id, states, after, limit) => unwrap(commands.runOutcomes(id, states, after, limit)),
  queueRunRow: (id, row, account) => unwrap(commands.queueRunRow(id, row, account)),
  exportRun: (id, format, words) => unwrap(commands.exportRun(id, format, words)),
  openRoster: (path, language) => unwrap(commands.openRoster(path, language)),
  rosterDraft: (id) => unwrap(commands.rosterDraft(id)),
  setRosterMapping: (id, mapping) => unwrap(commands.setRosterMapping(id, mapping)),
  rosterPeople: (id, onlyProblems, from, limit) =>
    unwrap(commands.rosterPeople(id, onlyProblems, from, limit)),
  editRosterCell: (id, edit) => unwrap(commands.editRosterCell(id, edit)),
  inviteRoster: (id) => unwrap(commands.inviteRoster(id)),
  listRosters: () => unwrap(commands.listRosters()),
  roster: (id) => unwrap(commands.roster(id)),
  rosterRows: (id, states, after, limit) => unwrap(commands.rosterRows(id, states, after, limit)),
  stopRoster: (id) => unwrap(commands.stopRoster(id)),
  resumeRoster: (id) => unwrap(commands.resumeRoster(id)),
  exportRoster: (id, words) => unwrap(commands.exportRoster(id, words)),
  saveRosterTemplate: (language) => unwrap(commands.saveRosterTemplate(language)),
  listSchedules: () => unwrap(commands.listSchedules()),
  schedule: (id) => unwrap(commands.schedule(id)),
  proposeSchedule: (from) => unwrap(commands.proposeSchedule(from)),
  makeSchedule: (id, form) => unwrap(commands.makeSchedule(id, form)),
  changeSchedule: (id, form) => unwrap(commands.changeSchedule(id, form)),
  setScheduleState: (id, state) => unwrap(commands.setScheduleState(id, state)),
  draftMissed: (id, days) => unwrap(commands.draftMissed(id, days)),
  skipMissed: (id, days) => unwrap(commands.skipMissed(id, days)),
  onFileDrag,
  on: listen,
};
