import { composing } from './composing';
import { layerIsOpen } from './layer';

/** Whether a key press is meant for a field, a menu or a dialog rather than for the screen. */
export function belongsToTyping(event: KeyboardEvent): boolean {
  const target = event.target instanceof Element ? event.target : null;
  const inField = target?.closest('input, textarea, select, [contenteditable="true"]');
  return Boolean(inField) || layerIsOpen() || composing(event);
}
