import { invoke } from '@tauri-apps/api/core';
import { listen as listenTo } from '@tauri-apps/api/event';
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
  const known: Record<string, unknown> = events;
  const source = (known[event] ?? eventOfRuns(event)) as {
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

/** Until the bindings have the events of runs. */
function eventOfRuns(event: string) {
  const name = event.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return { listen: (handler: (e: { payload: never }) => void) => listenTo<never>(name, handler) };
}

/** Until the bindings have the commands of runs. */
async function call<T>(command: string, args: Record<string, unknown> = {}): Promise<T> {
  try {
    return await invoke<T>(command, args);
  } catch (caught) {
    throw toIpcError(caught);
  }
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
  overview: () => unwrap(commands.overview()),
  engineStatus: () => unwrap(commands.engineStatus()),
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
  listRuns: (query) => call('list_runs', { query }),
  run: (id) => call('run', { id }),
  chooseRunFile: () => call('choose_run_file'),
  importRun: (path) => call('import_run', { path }),
  cancelImport: () => call('cancel_import'),
  pasteRun: (text) => call('paste_run', { text }),
  composeRun: (payees) => call('compose_run', { payees }),
  copyRun: (id) => call('copy_run', { id }),
  retryRun: (id) => call('retry_run', { id }),
  saveRunTemplate: (format) => call('save_run_template', { format }),
  runDraft: (id) => call('run_draft', { id }),
  setRunMapping: (id, mapping) => call('set_run_mapping', { id, mapping }),
  renameRun: (id, name) => call('rename_run', { id, name }),
  runRows: (id, filter, from, limit) => call('run_rows', { id, filter, from, limit }),
  editRunCells: (id, edits) => call('edit_run_cells', { id, edits }),
  decideRunRows: (id, rows, decision) => call('decide_run_rows', { id, rows, decision }),
  acceptRunWarning: (id, code, reason) => call('accept_run_warning', { id, code, reason }),
  reviewRun: (id) => call('review_run', { id }),
  releaseRun: (id, review, notBefore) => call('release_run', { id, review, notBefore }),
  discardRun: (id) => call('discard_run', { id }),
  pauseRun: (id) => call('pause_run', { id }),
  resumeRun: (id) => call('resume_run', { id }),
  stopRun: (id) => call('stop_run', { id }),
  runOutcomes: (id, states, after, limit) => call('run_outcomes', { id, states, after, limit }),
  queueRunRow: (id, row) => call('queue_run_row', { id, row }),
  exportRun: (id, format) => call('export_run', { id, format }),
  onFileDrag,
  on: listen,
};
