// What a page is asked when it is measured: in Remit's window through WebDriver, in Chromium by the server's own page.
window.page = (() => {
  // A draft of 100,000 rows takes its time on a machine that has much else to do.
  const PATIENCE = 240_000;
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  // A frame has been painted when the task behind its callback runs.
  const painted = () => frame().then(() => new Promise((done) => setTimeout(done)));
  const until = async (holds) => {
    const begun = performance.now();
    while (!holds()) {
      if (performance.now() - begun > PATIENCE) throw new Error('what was waited for does not come');
      await frame();
    }
  };
  const rows = () => document.querySelectorAll('[role=row].body').length;
  const pause = (ms) => new Promise((done) => setTimeout(done, ms));
  const invoke = (command, args) => window.__TAURI_INTERNALS__.invoke(command, args);
  const query = (search, limit) => ({
    query: { search, statuses: [], sort: 'name', cursor: null, limit },
  });

  // Goes to another list, whose rows take the place of those of the one before.
  const go = async (address) => {
    if (location.hash === address) return;
    location.hash = address;
    await until(() => rows() === 0);
    await until(() => rows() > 5);
    await painted();
  };

  // What one of ten calls takes: a page's clock may know no less than a millisecond.
  const timed = async (times, work) => {
    const all = [];
    for (let nth = 0; nth < times; nth += 1) {
      const begun = performance.now();
      for (let call = 0; call < 10; call += 1) await work();
      all.push((performance.now() - begun) / 10);
    }
    return all;
  };

  // What is outside the field of the search changes when the answer is shown. When none of it has after two seconds, the
  // letter has left the rows as they were.
  const shown = () =>
    new Promise((done) => {
      const end = (changed) => {
        observer.disconnect();
        clearTimeout(late);
        done(changed);
      };
      const late = setTimeout(() => end(false), 2000);
      const observer = new MutationObserver((changes) => {
        if (!changes.every(({ target }) => inSearch(target))) end(true);
      });
      observer.observe(document.querySelector('main'), {
        childList: true,
        characterData: true,
        subtree: true,
      });
    });
  const inSearch = (node) =>
    (node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement)?.closest('[role=search]');

  // From the first row to the last, so many pixels a frame. A row may be there and hold nothing yet.
  const STEP = 1200;
  const scroll = async (body, empty) => {
    const grid = document.querySelector('[role=grid]');
    const last = `[role=row][aria-rowindex="${grid.getAttribute('aria-rowcount')}"]`;
    const frames = [];
    let [blank, waiting] = [0, 0];
    const box = grid.getBoundingClientRect();
    const places = [0.25, 0.5, 0.9].map((part) => box.top + box.height * part);
    const shows = (y) => {
      const row = document.elementFromPoint(box.left + 80, y)?.closest(body);
      return row && !empty(row);
    };
    let before = await frame();
    while (!grid.querySelector(last)) {
      // As a wheel does, between two frames: the next one hears of it before it is painted.
      await pause(0);
      const top = grid.scrollTop;
      grid.scrollTop = top + STEP;
      if (grid.scrollTop === top) waiting += 1;
      const now = await frame();
      frames.push(now - before);
      before = now;
      if (!places.every(shows)) blank += 1;
      if (waiting > 6000) throw new Error('the end does not come');
    }
    return { frames, blank, waiting };
  };

  // A hundred letters in the cells of a column, row by row; the time of each frame meanwhile.
  const write = async () => {
    const cell = (row) => document.querySelector(`[role=gridcell][data-cell="${row}-5"]`);
    const press = (key) => {
      const event = { key, bubbles: true, cancelable: true };
      document.activeElement.dispatchEvent(new KeyboardEvent('keydown', event));
    };
    const frames = [];
    let writing = true;
    const watched = (async () => {
      let before = await frame();
      while (writing) {
        const now = await frame();
        frames.push(now - before);
        before = now;
      }
    })();
    const pointer = { bubbles: true, cancelable: true, button: 0 };
    cell(0).dispatchEvent(new PointerEvent('pointerdown', pointer));
    await until(() => document.activeElement === cell(0));
    for (let row = 0; row < 10; row += 1) {
      press('W');
      for (const letter of 'ork again') {
        await pause(60);
        const field = document.activeElement;
        if (field.tagName !== 'INPUT') throw new Error('no cell is written in');
        field.value += letter;
        field.dispatchEvent(new Event('input', { bubbles: true }));
      }
      await pause(60);
      press('Enter');
      await until(() => document.activeElement === cell(row + 1));
    }
    await until(() => !document.querySelector('.unsaved'));
    writing = false;
    await watched;
    return frames;
  };

  return {
    // When the first of the window was painted, in milliseconds since 1970.
    painted: async () => {
      const first = () => performance.getEntriesByName('first-contentful-paint')[0];
      await until(first);
      return performance.timeOrigin + first().startTime;
    },
    // When the list of payees was painted that was asked for before anything was, in milliseconds since 1970.
    firstList: async () => {
      location.hash = '#/payees';
      await until(() => rows() > 5);
      await painted();
      return performance.timeOrigin + performance.now();
    },
    payees: () => go('#/payees'),
    payouts: () => go('#/payouts'),
    nothing: () => timed(100, () => invoke('nothing')),
    roundTrips: () => timed(100, () => invoke('list_payees', query('', 50))),

    type: async () => {
      const field = document.querySelector('input[data-search]');
      const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set;
      const all = [];
      const enter = async (text) => {
        const begun = performance.now();
        const answer = shown();
        set.call(field, text);
        field.dispatchEvent(new Event('input', { bubbles: true }));
        const changed = await answer;
        await painted();
        if (changed) all.push(performance.now() - begun);
        // As fast as anybody types.
        await pause(60);
      };
      for (const text of ['nunez', 'unwal', 'quetz', 'garcia', '张伟', 'design']) {
        const letters = [...text];
        for (let end = 1; end <= letters.length; end += 1) await enter(letters.slice(0, end).join(''));
        await enter('');
      }
      return all;
    },

    scroll: () => scroll('[role=row].body', () => false),

    // A draft of 100,000 rows in the grid of a payout run, scrolled and written in.
    grid: async (path) => {
      const begun = performance.now();
      const draft = await invoke('import_run', { path });
      const imported = performance.now() - begun;
      location.hash = `#/runs/${draft.run.id}`;
      await until(() => document.querySelectorAll('[role=gridcell] .text').length > 20);
      await painted();
      const opened = performance.now() - begun;
      const typed = await write();
      const scrolled = await scroll('[role=row].grid-row', (row) => row.querySelector('.awaited'));
      await invoke('discard_run', { id: draft.run.id });
      return { imported, opened, ...scrolled, typed };
    },

    // What Chromium is answered.
    answers: async () => {
      const answers = {};
      for (const command of [
        'startup', 'overview', 'engine_status', 'backup_status', 'balances', 'way_in', 'list_profiles',
      ]) {
        answers[command] = await invoke(command).catch(() => null);
      }
      answers.list_payees = await invoke('list_payees', query('', 100));
      const payouts = {
        search: '', states: [], payeeId: null, run: null, from: null, to: null,
        sort: 'newest', cursor: null, limit: 100,
      };
      answers.list_payouts = await invoke('list_payouts', { query: payouts });
      return answers;
    },
  };
})();
