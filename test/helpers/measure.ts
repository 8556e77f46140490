import { afterAll, beforeAll, describe, expect } from 'vitest';
import type { Measurement } from '../../src/measure/result.ts';
import { createWatcher, Load, type LoadPlan, type Watcher } from './load.ts';
import { poolctl, type Ran, type Surroundings } from './run.ts';
import type { Server } from './servers/facts.ts';
import type { Protocol } from './sessions.ts';

/** Requests by chance, with holds that differ a lot: what counters must get right. */
export const byChance: LoadPlan = {
  ratePerSecond: 150,
  arrivals: 'poisson',
  hold: { kind: 'exponential', meanMs: 80 },
  work: 'statement',
  seed: 1,
};
/** About as many connections in use at every moment, so that a few samples have nearly the mean of many. */
export const even: LoadPlan = { ...byChance, arrivals: 'paced', hold: { kind: 'lognormal', meanMs: 80, sigma: 0.3 } };

export interface Answer {
  readonly schema: string;
  readonly result: Measurement;
  readonly warnings: readonly { readonly code: string; readonly message: string }[];
}

export const ask = (url: string, line: string, surroundings: Surroundings = {}) =>
  poolctl(line, { ...surroundings, env: { DATABASE_URL: url } });

/** What `measure --json` has answered. An error's document is no answer. */
export function answer(json: string): Answer {
  const document: Answer = JSON.parse(json);
  expect(document.schema, json).toBe('poolctl.measure/1');
  return document;
}

export const codes = ({ warnings }: Answer) => warnings.map(({ code }) => code);
export const ways = ({ result }: Answer) => result.heldBy.map(({ source }) => source);

/** Says of a run that nothing was measured, and why. */
export function refusal({ exitCode, stdout }: Ran): string {
  const { error } = JSON.parse(stdout);
  expect([exitCode, error?.code], stdout).toEqual([3, 'NOT_MEASURED']);
  return error.message;
}

export function expectNear(value: number | undefined, truth: number, ratio: number): void {
  expect(value).toBeGreaterThan(truth * (1 - ratio));
  expect(value).toBeLessThan(truth * (1 + ratio));
}

const loads = {
  statement: 'statements',
  transaction: 'transactions',
  mixed: 'statements and transactions',
  tableless: 'statements that touch no table',
} as const;

/**
 * Runs a suite while there is that load, with a user who may look at all of it. Only where the server was started for
 * it: another may have load and settings of its own, and counters that somebody needs.
 */
export function under(
  plan: LoadPlan,
  protocol: Protocol,
  server: Server,
  suite: (running: { readonly load: Load; readonly watcher: Watcher }) => void,
): void {
  describe.runIf(server.startedHere)(`under a load of ${loads[plan.work]}`, () => {
    const running = {} as { load: Load; watcher: Watcher };
    beforeAll(async () => {
      running.watcher = await createWatcher(protocol, server);
      running.load = await Load.start(protocol, server, plan);
    });
    afterAll(async () => {
      await running.load.stop();
      await running.watcher.drop();
    });
    suite(running);
  });
}
