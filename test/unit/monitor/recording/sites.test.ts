import { expect, it } from 'vitest';
import { Sites } from '../../../../src/monitor/recording/sites.ts';

const stack = (...frames: string[]) => frames.map((frame) => `    at ${frame}`).join('\n');

it('names the file and line in the application, and who called it, relative to its folder', () => {
  const sites = new Sites('/app');
  const number = sites.numberOf(
    stack(
      'Pool.connect (/app/node_modules/pg-pool/index.js:45:11)',
      'take (file:///app/src/db.ts:12:9)',
      'async placeOrder (/app/src/orders.ts:148:3)',
      '/app/src/server.ts:9:1',
      'node:internal/process/task_queues:95:5',
    ),
  );
  expect(sites.names[number]).toBe('src/db.ts:12 from src/orders.ts:148');
});

it('has one number for each place, and -1 where there is none', () => {
  const sites = new Sites('/app');
  expect(sites.numberOf(undefined)).toBe(-1);
  expect(sites.numberOf(stack('node:internal/timers:1:1'))).toBe(-1);
  expect(sites.numberOf(stack('/other/place.js:1:1'))).toBe(0);
  expect(sites.numberOf(stack('a (/app/b.js:2:1)'))).toBe(1);
  expect(sites.numberOf(stack('/other/place.js:1:1'))).toBe(0);
  expect(sites.names).toEqual(['/other/place.js:1', 'b.js:2']);
});

it('keeps a bounded number of places', () => {
  const sites = new Sites('/app');
  for (let line = 1; line <= 2_000; line += 1) sites.numberOf(stack(`/app/a.js:${line}:1`));
  expect(sites.names.length).toBe(1_000);
});
