import { expect, it } from 'vitest';
import { builtinNames, builtinWorkload, parseBuiltin } from '../../../../src/probe/workload/builtin/index.ts';

const options = { engine: 'postgres', runId: 'a1', allowWrite: true, prepared: true } as const;

it.each(['point', 'tpcb-like'] as const)('%s makes tables, and needs leave for that', (name) => {
  expect(() => builtinWorkload(name, { ...options, allowWrite: false })).toThrow(
    expect.objectContaining({ code: 'WRITE_REFUSED', hint: expect.stringContaining('--allow-write') }),
  );
});

it('select1 needs none, and says that no pool should be sized by it', () => {
  const workload = builtinWorkload('select1', { ...options, allowWrite: false });
  expect(workload).toMatchObject({ readOnly: true, transportOnly: true });
  expect(workload.description).toContain('no pool should be sized by it');
});

it.each(['postgres', 'mysql', 'mariadb'] as const)('every object on %s has the name of the run in it', (engine) => {
  for (const name of builtinNames) {
    const { setup = [], teardown = [] } = builtinWorkload(name, { ...options, engine });
    for (const statement of [...setup, ...teardown]) expect(statement).toContain('poolctl_probe_a1');
  }
});

it('tpcb-like grows with its scale, one statement for the accounts of each branch', () => {
  const { setup = [], variables } = builtinWorkload('tpcb-like', { ...options, scale: 3 });
  expect(setup.filter((statement) => statement.startsWith('INSERT INTO poolctl_probe_a1.accounts'))).toHaveLength(3);
  expect(variables).toMatchObject({ aid: { to: 300_000 }, tid: { to: 30 }, bid: { to: 3 } });
});

it.each([0, 1.5, 201])('tpcb-like of scale %d is refused', (scale) => {
  expect(() => builtinWorkload('tpcb-like', { ...options, scale })).toThrow(
    expect.objectContaining({ code: 'VALUE_INVALID' }),
  );
});

it('a name that is not one of poolctl’s own is refused with those that are', () => {
  expect(parseBuiltin('point')).toBe('point');
  expect(() => parseBuiltin('tpcc')).toThrow(
    expect.objectContaining({ code: 'VALUE_INVALID', hint: expect.stringContaining('select1, point, tpcb-like') }),
  );
});
