/**
 * Focus that vanishes with what had it, such as a button that has done its work or the last row of a list, goes to the
 * title of the page. Nobody at the keyboard begins again at the head of the window.
 */
export function keepFocus(): () => void {
  let last: Element | null = null;
  const remember = ({ target }: FocusEvent) => {
    last = target instanceof Element ? target : null;
  };
  const lost = () => last !== null && !last.isConnected && document.activeElement === document.body;
  const giveTitle = () => {
    if (!lost()) return;
    document.querySelector<HTMLElement>('[data-page-title]')?.focus({ preventScroll: true });
  };
  // A dialog that closes gives the focus back itself, within a frame.
  const observer = new MutationObserver(() => {
    if (lost()) requestAnimationFrame(() => requestAnimationFrame(giveTitle));
  });
  document.addEventListener('focusin', remember);
  observer.observe(document.body, { childList: true, subtree: true });
  return () => {
    document.removeEventListener('focusin', remember);
    observer.disconnect();
  };
}
