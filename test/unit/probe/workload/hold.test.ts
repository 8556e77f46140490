import { expect, it } from 'vitest';
import { createDraw } from '../../../../src/probe/workload/draw.ts';
import { holdWorkload, parseHold } from '../../../../src/probe/workload/hold.ts';
import { holdDistribution } from '../../../../src/queueing/distribution.ts';

it('reads a constant and an exponential hold', () => {
  expect(parseHold('300ms', '--hold')).toEqual({ kind: 'constant', meanMs: 300 });
  expect(parseHold('exp:0.3s', '--hold')).toEqual({ kind: 'exponential', meanMs: 300 });
});

it('reads a lognormal hold by its p50 and p95', () => {
  const { quantile } = holdDistribution(parseHold('lognormal:80ms,300ms', '--hold'));
  expect(quantile(0.5)).toBeCloseTo(80, 6);
  expect(quantile(0.95)).toBeCloseTo(300, 6);
  expect(parseHold('lognormal:80ms,80ms', '--hold')).toEqual({ kind: 'constant', meanMs: 80 });
});

it.each([
  ['', 'VALUE_INVALID'],
  ['soon', 'VALUE_INVALID'],
  ['exp:', 'VALUE_INVALID'],
  ['pareto:3ms', 'VALUE_INVALID'],
  ['lognormal:80ms', 'VALUE_INVALID'],
  ['lognormal:300ms,80ms', 'INPUT_CONTRADICTION'],
])('refuses %j', (text, code) => {
  expect(() => parseHold(text, '--hold')).toThrow(expect.objectContaining({ code, hint: expect.any(String) }));
});

it.each([
  ['postgres', 'SELECT pg_sleep($1)'],
  ['mysql', 'SELECT SLEEP(?)'],
  ['mariadb', 'SELECT SLEEP(?)'],
] as const)('sleeps on %s, in seconds, and says that it is a sleep', (engine, text) => {
  const [sent] = createDraw(holdWorkload(engine, { kind: 'constant', meanMs: 20 }), 1).next().statements;
  expect(sent?.statement).toMatchObject({ text, isSleep: true });
  expect(sent?.values).toEqual([0.02]);
});
