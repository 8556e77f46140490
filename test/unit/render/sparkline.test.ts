import { expect, it } from 'vitest';
import { sparkline } from '../../../src/render/sparkline.ts';

it('draws shares as bars of eight steps', () => {
  expect(sparkline([0, 0.01, 0.25, 0.5, 1, undefined])).toEqual([' ▁▂▄█ ']);
});

it('draws higher bars over several lines', () => {
  expect(sparkline([0.25, 0.5, 0.75, 1], 2)).toEqual(['  ▄█', '▄███']);
});
