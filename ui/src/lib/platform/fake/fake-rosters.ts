import type * as Ipc from '../bindings';
import { failure } from './failure';
import { FakeSchedules } from './fake-schedules';
import { NOW } from './samples';

const fields: Ipc.PersonField[] = [
  'first_name',
  'last_name',
  'email',
  'date_of_birth',
  'country_code',
  'state',
  'city',
  'street',
  'zip',
];

/** The file that every opening reads: one row of each kind. */
const people: Pick<Ipc.RosterPerson, 'cells' | 'standing' | 'sameAs'>[] = [
  ['Nora', 'Vance', 'nora@example.com', 'ready', null] as const,
  ['Ana', 'Ruiz', 'payee1@example.com', 'known', null] as const,
  ['Nora', 'Vance', 'Nora@example.com', 'repeated', 2] as const,
  ['Ivo', 'Kral', 'ivo at example.com', 'faulty', null] as const,
].map(([first, last, email, standing, sameAs]) => ({
  cells: [first, last, email, '1990-04-30', 'US', 'NY', 'New York', '1 Main St', '10001'],
  standing,
  sameAs,
}));

/** The part of the fake that registers payees from a file. */
export abstract class FakeRosters extends FakeSchedules {
  readonly rosters: Ipc.Roster[] = [];
  /** How many government IDs wait for their people to be registered. */
  idsKept = 0;
  /** When the next run goes out that was released for later. */
  nextRunAt: string | null = null;
  nextDayAt: string | null = null;
  /** How many days of schedules are about to go by themselves. */
  daysGoing = 0;
  readonly rosterOutcomes = new Map<string, Ipc.RosterRow[]>();
  openFile: { id: string; name: string; remembered: boolean; people: Ipc.RosterPerson[] } | null =
    null;

  openRoster(path: string, language: string) {
    return this.answer('openRoster', [path, language], () => {
      this.openFile = {
        id: `roster-${this.rosters.length + 1}`,
        name: path.replace(/^.*[/\\]/, ''),
        remembered: false,
        people: people.map((one, row) => ({
          ...structuredClone(one),
          row: row + 1,
          line: row + 2,
          payeeId: one.standing === 'known' ? 'payee-1' : null,
          faults: one.standing === 'faulty' ? [{ field: 'email', fault: 'email_invalid' }] : [],
        })),
      };
      return this.#draft(this.openFile.id);
    });
  }

  rosterDraft(id: string) {
    return this.answer('rosterDraft', [id], () => this.#draft(id));
  }

  setRosterMapping(id: string, mapping: Ipc.RosterMapping) {
    return this.answer('setRosterMapping', [id, mapping], () => {
      if (this.openFile) this.openFile.remembered = true;
      return this.#draft(id);
    });
  }

  rosterPeople(id: string, onlyProblems: boolean, from: number, limit: number) {
    return this.answer('rosterPeople', [id, onlyProblems, from, limit], () => {
      const all = this.openFile?.people ?? [];
      const rows = all.filter(({ standing }) => !onlyProblems || standing === 'faulty');
      return { fields, rows: rows.slice(from, from + limit), total: rows.length };
    });
  }

  editRosterCell(id: string, edit: Ipc.RosterEdit) {
    return this.answer('editRosterCell', [id, edit], () => {
      const person = this.openFile?.people.find(({ row }) => row === edit.row);
      if (person) {
        person.cells[fields.indexOf(edit.field)] = edit.text;
        person.faults = /@.+\./.test(person.cells[2] ?? '') ? [] : person.faults;
        if (person.standing === 'faulty' && person.faults.length === 0) person.standing = 'ready';
      }
      return this.#draft(id);
    });
  }

  inviteRoster(id: string) {
    return this.answer('inviteRoster', [id], () => {
      const open = this.openFile;
      if (!open) throw failure('roster_not_found');
      const rows = open.people.map(({ row, line, standing, sameAs, cells, payeeId, faults }) => ({
        row,
        line,
        name: `${cells[0]} ${cells[1]}`,
        email: cells[2] ?? '',
        state: standing === 'ready' ? ('queued' as const) : standing,
        checking: false,
        payeeId,
        sameAs,
        words: null,
        faults,
      }));
      this.rosterOutcomes.set(id, rows);
      this.rosters.unshift({
        id,
        name: open.name,
        createdAt: NOW,
        stopped: false,
        held: false,
        counts: [],
        rows: rows.length,
        open: 0,
        checking: 0,
        trouble: null,
      });
      this.openFile = null;
      return this.#roster(id);
    });
  }

  listRosters() {
    return this.answer('listRosters', [], () => this.rosters.map(({ id }) => this.#roster(id)));
  }

  roster(id: string) {
    return this.answer('roster', [id], () => this.#roster(id));
  }

  rosterRows(id: string, states: Ipc.RosterRowState[], after: number | null, limit: number) {
    return this.answer('rosterRows', [id, states, after, limit], () => {
      const rows = this.rosterOutcomes.get(id) ?? [];
      return {
        rows: rows.filter(({ state }) => states.length === 0 || states.includes(state)),
        next: null,
      };
    });
  }

  stopRoster(id: string) {
    return this.answer('stopRoster', [id], () => {
      for (const row of this.rosterOutcomes.get(id) ?? []) {
        if (row.state === 'queued') row.state = 'cancelled';
      }
      const roster = this.rosters.find((one) => one.id === id);
      if (roster) Object.assign(roster, { stopped: true, held: false });
      return this.#roster(id);
    });
  }

  resumeRoster(id: string) {
    return this.answer('resumeRoster', [id], () => {
      const roster = this.rosters.find((one) => one.id === id);
      if (roster) roster.held = false;
      return this.#roster(id);
    });
  }

  atWork() {
    return this.answer('atWork', [], () => {
      const open = this.rosters.map(({ id }) => this.#roster(id)).filter(({ held }) => !held);
      return {
        days: this.daysGoing,
        payouts: this.engine.waiting,
        underWay: this.engine.underWay,
        people: open.reduce((sum, roster) => sum + roster.open, 0),
        ids: this.idsKept,
        nextRunAt: this.nextRunAt,
        nextDayAt: this.nextDayAt,
        offline: this.engine.offlineSince !== null,
      };
    });
  }

  exportRoster(id: string, words: Ipc.FileWords) {
    return this.answer('exportRoster', [id, words], () => this.savedFile);
  }

  saveRosterTemplate(language: string) {
    return this.answer('saveRosterTemplate', [language], () => this.savedFile);
  }

  /** What is queued of a file is invited, and the window is told. */
  inviteQueued(id: string) {
    for (const row of this.rosterOutcomes.get(id) ?? []) {
      if (row.state === 'queued') row.state = 'invited';
    }
    this.emit('rosterChanged', { id });
  }

  #roster(id: string): Ipc.Roster {
    const roster = this.rosters.find((one) => one.id === id);
    if (!roster) throw failure('roster_not_found');
    const rows = this.rosterOutcomes.get(id) ?? [];
    const states = [...new Set(rows.map(({ state }) => state))];
    const count = (state: Ipc.RosterRowState) => rows.filter((row) => row.state === state).length;
    return {
      ...roster,
      counts: states.map((state) => ({ state, rows: count(state) })),
      open: count('queued'),
    };
  }

  #draft(id: string): Ipc.RosterDraft {
    const open = this.openFile;
    if (open?.id !== id) throw failure('roster_not_found');
    const count = (standing: Ipc.RosterStanding) =>
      open.people.filter((person) => person.standing === standing).length;
    return {
      id,
      name: open.name,
      columns: fields.map((field, at) => ({
        header: field.replaceAll('_', ' '),
        samples: open.people.slice(0, 3).map(({ cells }) => cells[at] ?? ''),
        field,
      })),
      headerRow: 0,
      dateOrder: null,
      remembered: open.remembered,
      missing: null,
      wantsId: false,
      rows: open.people.length,
      ready: count('ready'),
      known: count('known'),
      repeated: count('repeated'),
      faulty: count('faulty'),
    };
  }
}
