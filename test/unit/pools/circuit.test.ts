import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backoffMs } from '../../../src/pools/backoff.ts';
import { afterFailure, afterTrying, type Circuit, closedCircuit, mayTry } from '../../../src/pools/circuit.ts';
import type { FailureKind } from '../../../src/pools/failure-kind.ts';

const rules = { circuitFailures: 5, circuitBaseMs: 500, circuitCapMs: 30_000 };
const fail = (circuit: Circuit, kind: FailureKind = 'network', nowMs = 0, random = 1) =>
  afterFailure(circuit, kind, rules, nowMs, random);
const times = (count: number, kind?: FailureKind) =>
  Array.from({ length: count }).reduce<Circuit>((circuit) => fail(circuit, kind), closedCircuit);

describe('the circuit', () => {
  it('opens at the fifth failure in a row', () => {
    expect(times(4)).toMatchObject({ state: 'closed', failures: 4 });
    expect(times(5)).toMatchObject({ state: 'open', retryAtMs: 500, lastFailure: 'network' });
  });

  it('opens at once where the login is refused, and for good where there is no such database', () => {
    expect(times(1, 'auth')).toMatchObject({ state: 'open', retryAtMs: 500 });
    const forGood = times(1, 'database');
    expect(forGood.state).toBe('open');
    expect(mayTry(forGood, Number.MAX_SAFE_INTEGER)).toBe(false);
  });

  it('does not count a full server', () => {
    expect(fail(times(4), 'full')).toEqual(closedCircuit);
  });

  it('lets one trial through after its time, which closes it or opens it for longer', () => {
    const open = times(5);
    expect([mayTry(open, 499), mayTry(open, 500)]).toEqual([false, true]);
    const trial = afterTrying(open);
    expect(trial.state).toBe('half-open');
    expect(mayTry(trial, 10_000)).toBe(false);
    expect(fail(trial, 'network', 600)).toMatchObject({ state: 'open', opened: 2, retryAtMs: 600 + 1_000 });
  });

  it('is not opened for longer by attempts that began before it opened', () => {
    expect(fail(times(5), 'network', 400)).toMatchObject({ state: 'open', opened: 1, retryAtMs: 500 });
  });

  it('lets no more attempts begin than one a period, whatever happens', () => {
    const kinds: FailureKind[] = ['network', 'starting', 'auth', 'tls', 'other'];
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom(...kinds), fc.integer({ min: 1, max: 40_000 }))), (steps) => {
        let circuit = closedCircuit;
        let nowMs = 0;
        let attempts = 0;
        for (const [kind, waitMs] of steps) {
          nowMs += waitMs;
          if (!mayTry(circuit, nowMs)) continue;
          attempts += 1;
          circuit = fail(afterTrying(circuit), kind, nowMs);
        }
        expect(attempts).toBeLessThanOrEqual(rules.circuitFailures + circuit.opened);
      }),
    );
  });
});

it('a backoff lies between 0 and its cap, and doubles', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2_000 }), fc.double({ min: 0, max: 0.999, noNaN: true }), (tries, random) => {
      const ms = backoffMs(tries, 500, 30_000, random);
      expect(ms).toBeGreaterThanOrEqual(0);
      expect(ms).toBeLessThan(30_000);
    }),
  );
  expect([1, 2, 3, 9].map((tries) => backoffMs(tries, 500, 30_000, 1))).toEqual([500, 1_000, 2_000, 30_000]);
});
