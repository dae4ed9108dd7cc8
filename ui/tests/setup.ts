import '@testing-library/jest-dom/vitest';
import { configure } from '@testing-library/svelte';
import { spoken } from '$lib/i18n';
import { further } from '../src/app/further.svelte';

// What is waited for may take long on a machine that is busy with something else.
configure({ asyncUtilTimeout: 10_000 });

await spoken.prefer('en');
// As in a window that has been open for a moment.
await further();
