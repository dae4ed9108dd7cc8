import type FurtherRoutes from './FurtherRoutes.svelte';

type Further = typeof FurtherRoutes;

let loaded: Further | null = null;
let loading: Promise<Further> | null = null;

/**
 * The screens that the first sight does not need: they are a file of their own, read when the window
 * has painted or when one of them is opened, whichever comes first. Once there, they come at once.
 */
export function further(): Further | Promise<Further> {
  if (loaded) return loaded;
  loading ??= import('./FurtherRoutes.svelte').then(
    (module) => (loaded = module.default),
    (cause: unknown) => {
      loading = null;
      throw cause;
    },
  );
  return loading;
}

/** Reads them ahead. Why that cannot be done, whoever opens one of them is told. */
export async function readAhead() {
  await Promise.resolve(further()).catch(() => null);
}
