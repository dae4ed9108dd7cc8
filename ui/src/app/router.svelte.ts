import { href, parseRoute, type Route } from './route';

class Router {
  route: Route = $state(parseRoute(location.hash));

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

  back() {
    history.back();
  }
}

/** The window's router. */
export const router = new Router();
