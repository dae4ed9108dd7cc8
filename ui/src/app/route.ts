/** Where the owner is. A route is a value; its address is `#` and what `href` makes of it. */
export type Route =
  /** Where the window begins: the overview, or the payees while there is nothing to look over. */
  | { name: 'home' }
  | { name: 'overview' }
  /** All of them, or those with a status. */
  | { name: 'payees'; status?: string }
  | { name: 'payee'; id: string }
  /** Empty, or for whom a row of a run names; then back to that run. */
  | { name: 'register'; called?: string; run?: string }
  /** A file of people: open, or invited. */
  | { name: 'roster'; id: string }
  | { name: 'pay'; payee: string | null; retryOf: string | null }
  /** All of them, a payee's, a run's, those in some states, or those that a comparison with Pockyt found. */
  | { name: 'payouts'; payee: string | null; run?: string; found?: boolean; states?: string[] }
  | { name: 'payout'; id: string }
  | { name: 'runs' }
  /** A draft at its rows, or at one of its other steps; or a released run, with all its rows or those in one state. */
  | { name: 'run'; id: string; step?: RunStep; state?: string }
  | { name: 'schedules' }
  | { name: 'schedule'; id: string }
  | { name: 'activity' }
  | { name: 'settings' }
  | { name: 'restore'; copy: string }
  | { name: 'welcome' }
  /** Every component in its states; only a development build has it. */
  | { name: 'gallery' }
  | { name: 'lost' };

/** What of a draft is shown instead of its rows. */
export type RunStep = 'columns' | 'review';
const runSteps: readonly RunStep[] = ['columns', 'review'];

/** Reads an address such as `#/pay?payee=42`. */
export function parseRoute(hash: string): Route {
  const [path = '', search = ''] = hash.replace(/^#/, '').split('?');
  const query = new URLSearchParams(search);
  const [area = '', rest, ...more] = path.split('/').filter(Boolean).map(decode);
  if (more.length > 0) return { name: 'lost' };
  switch (area) {
    case '':
      return { name: 'home' };
    case 'payees':
      if (rest === undefined) {
        const status = query.get('status');
        return { name: 'payees', ...(status !== null && { status }) };
      }
      if (rest !== 'new') return { name: 'payee', id: rest };
      return {
        name: 'register',
        ...(query.has('called') && { called: query.get('called') ?? '' }),
        ...(query.has('run') && { run: query.get('run') ?? '' }),
      };
    case 'invitations':
      return rest === undefined ? { name: 'lost' } : { name: 'roster', id: rest };
    case 'payouts':
      return rest === undefined
        ? {
            name: 'payouts',
            payee: query.get('payee'),
            ...(query.has('run') && { run: query.get('run') ?? '' }),
            ...(query.has('found') && { found: true }),
            ...(query.has('states') && { states: query.get('states')?.split(',') }),
          }
        : { name: 'payout', id: rest };
    case 'runs': {
      if (rest === undefined) return { name: 'runs' };
      const step = runSteps.find((one) => one === query.get('step'));
      const state = query.get('state');
      return { name: 'run', id: rest, ...(step && { step }), ...(state !== null && { state }) };
    }
    case 'schedules':
      return rest === undefined ? { name: 'schedules' } : { name: 'schedule', id: rest };
    case 'pay':
      return { name: 'pay', payee: query.get('payee'), retryOf: query.get('retry') };
    case 'restore': {
      const copy = query.get('copy');
      return copy === null || rest !== undefined ? { name: 'lost' } : { name: 'restore', copy };
    }
    case 'overview':
    case 'activity':
    case 'settings':
    case 'gallery':
    case 'welcome':
      return rest === undefined ? { name: area } : { name: 'lost' };
    default:
      return { name: 'lost' };
  }
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function withQuery(path: string, query: Record<string, string | null>): string {
  const given = Object.entries(query).filter(
    (entry): entry is [string, string] => entry[1] !== null,
  );
  return given.length ? `${path}?${new URLSearchParams(given).toString()}` : path;
}

/** The address of a route, for links. */
export function href(route: Route): string {
  switch (route.name) {
    case 'home':
    case 'lost':
      return '#/';
    case 'payee':
      return `#/payees/${encodeURIComponent(route.id)}`;
    case 'register':
      return withQuery('#/payees/new', { called: route.called ?? null, run: route.run ?? null });
    case 'roster':
      return `#/invitations/${encodeURIComponent(route.id)}`;
    case 'payout':
      return `#/payouts/${encodeURIComponent(route.id)}`;
    case 'pay':
      return withQuery('#/pay', { payee: route.payee, retry: route.retryOf });
    case 'payouts':
      return withQuery('#/payouts', {
        payee: route.payee,
        run: route.run ?? null,
        found: route.found ? 'yes' : null,
        states: route.states?.join(',') ?? null,
      });
    case 'run':
      return withQuery(`#/runs/${encodeURIComponent(route.id)}`, {
        step: route.step ?? null,
        state: route.state ?? null,
      });
    case 'schedule':
      return `#/schedules/${encodeURIComponent(route.id)}`;
    case 'payees':
      return withQuery('#/payees', { status: route.status ?? null });
    case 'restore':
      return withQuery('#/restore', { copy: route.copy });
    default:
      return `#/${route.name}`;
  }
}

/** Whether a route shows the same screen, if with other rows: whoever chose them stays where they are. */
export function isSameScreen(before: Route, now: Route): boolean {
  return (
    before.name === 'run' && now.name === 'run' && before.id === now.id && before.step === now.step
  );
}

/** Where Escape leads from here; null where there is nothing to close. */
export function parentRoute(route: Route): Route | null {
  switch (route.name) {
    case 'register':
      return route.run === undefined ? { name: 'payees' } : { name: 'run', id: route.run };
    case 'payee':
    case 'roster':
    case 'lost':
      return { name: 'payees' };
    case 'payout':
    case 'pay':
      return { name: 'payouts', payee: null };
    case 'run':
      return route.step ? { name: 'run', id: route.id } : { name: 'runs' };
    case 'schedule':
      return { name: 'schedules' };
    case 'schedules':
      return { name: 'runs' };
    case 'restore':
      return { name: 'settings' };
    default:
      return null;
  }
}
