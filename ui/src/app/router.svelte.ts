import { href, parseRoute, type Route } from './route';

class Router {
  route: Route = $state(parseRoute(location.hash));
  /** Counts the payouts begun: one begun from another's form is a form of its own. */
  begun = $state(0);
  /** How the screen shown wants to be left: it may ask first, then go. `anew`: for an empty form of its own kind. */
  beforeLeaving: ((go: () => void, anew: boolean) => void) | null = null;

  constructor() {
    window.addEventListener('hashchange', () => {
      this.route = parseRoute(location.hash);
    });
  }

  /** Goes there and remembers where we were. */
  go(route: Route) {
    location.hash = href(route);
    this.route = route;
  }

  /** Goes there in place of where we are, so that "back" skips it. */
  replace(route: Route) {
    history.replaceState(null, '', href(route));
    this.route = route;
  }

  /** Opens an empty form, even from a form. */
  newPayout() {
    const go = () => {
      this.begun += 1;
      this.go({ name: 'pay', payee: null, retryOf: null });
    };
    this.leave(go, true);
  }

  /** Leaves the screen shown, which may ask first: it may be half written. */
  leave(go: () => void, anew = false) {
    if (this.beforeLeaving) this.beforeLeaving(go, anew);
    else go();
  }

  back() {
    history.back();
  }

  forward() {
    history.forward();
  }
}

/** The window's router. */
export const router = new Router();
