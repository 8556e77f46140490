import { expect, it } from 'vitest';
import { renderChart } from '../../../src/render/chart.ts';

it('draws columns to scale, with the highest value, the span and a marked stretch', () => {
  const chart = renderChart({
    title: 'waiting requests',
    values: [0, 0, 25, 50, 100, 50, 1, 0],
    highest: '100',
    from: '0 s',
    to: '8 s',
    mark: { from: 2, to: 5, label: 'stall' },
  });
  expect(chart).toMatchInlineSnapshot(`
    "waiting requests
    100 ┤    █
        │    █
        │   ███
      0 ┤  ████▁
         0 s  8 s
           └─┘ stall"
  `);
});

it('draws a flat line where there is nothing', () => {
  expect(renderChart({ title: 't', values: [0, 0, 0], highest: '0', from: '0', to: '1' })).toBe(
    't\n0 ┤\n  │\n  │\n0 ┤\n   0 1',
  );
});
