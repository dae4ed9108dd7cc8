import { render, screen, waitFor } from '@testing-library/svelte';
import { SvelteMap } from 'svelte/reactivity';
import { afterEach, expect, it } from 'vitest';
import { TooltipLayer } from '$lib/components';
import { tooltipLayer } from '$lib/components/tooltip.svelte';

afterEach(() => {
  tooltipLayer.close();
});

it('goes once what it says is no longer so', async () => {
  const said = new SvelteMap([['text', 'This cannot be read as an amount.']]);
  render(TooltipLayer);
  tooltipLayer.open(document.body, () => said.get('text') ?? null, 0);
  const layer = screen.getByRole('tooltip', { hidden: true });
  await waitFor(() => expect(layer).toHaveClass('shown'));
  said.set('text', 'Row 3 pays the same.');
  await waitFor(() => expect(layer).not.toHaveClass('shown'));
});

it('leaves what surrounds an element its own text where that has none', async () => {
  render(TooltipLayer);
  tooltipLayer.open(document.body, () => 'Outer', 0);
  tooltipLayer.open(document.body, () => null, 0);
  const layer = screen.getByRole('tooltip', { hidden: true });
  await waitFor(() => expect(layer).toHaveTextContent('Outer'));
});
