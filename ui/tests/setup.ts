import '@testing-library/jest-dom/vitest';
import { spoken } from '$lib/i18n';

await spoken.prefer('en');
