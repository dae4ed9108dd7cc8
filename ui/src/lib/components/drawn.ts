import type { Component } from 'svelte';
import Drawing from './Drawing.svelte';

/** The icon that is this path. What it says stands beside it: it is never read out. */
export function drawn(line: string): Component<{ class?: string }> {
  return (internals, props) =>
    Drawing(internals, {
      line,
      get class() {
        return props.class;
      },
    });
}
