import { afterEach, expect, it } from 'vitest';
import { keepFocus } from '../src/app/kept-focus';

let stop = () => {};
afterEach(() => {
  stop();
  document.body.replaceChildren();
});

const frames = () =>
  new Promise((done) =>
    requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(done))),
  );

function page() {
  document.body.innerHTML =
    '<h1 data-page-title tabindex="-1">Payees</h1><button id="one">One</button><button id="other">Other</button>';
  stop = keepFocus();
  const one = document.querySelector<HTMLElement>('#one');
  one?.focus();
  return one;
}

it('goes to the title of the page when what had it vanishes', async () => {
  page()?.remove();
  await frames();
  expect(document.activeElement?.textContent).toBe('Payees');
});

it('stays where it is when something else vanishes', async () => {
  const one = page();
  document.querySelector('#other')?.remove();
  await frames();
  expect(document.activeElement).toBe(one);
});

it('is left to whoever takes it', async () => {
  page()?.remove();
  document.querySelector<HTMLElement>('#other')?.focus();
  await frames();
  expect(document.activeElement?.id).toBe('other');
});
