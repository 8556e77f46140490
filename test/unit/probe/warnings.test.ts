import { expect, it } from 'vitest';
import type { GuardStatus } from '../../../src/probe/result.ts';
import { blind, probeWarnings } from '../../../src/probe/warnings.ts';
import { probeResult } from '../../helpers/probe-result.ts';

const blindGuard = (guard: string): GuardStatus => ({ guard, status: 'blind', why: 'it is hidden', remedy: 'GRANT x' });
const guards = [blindGuard('others-active'), blindGuard('replication-lag')];

it('a result warns of a blind guard with a limit of its own, and not of one that no flag asks for', () => {
  const said = probeWarnings({ ...probeResult(), guards }).filter(({ code }) => code === 'GUARD_IS_BLIND');
  expect(said.map(({ message }) => message)).toEqual(['The guard replication-lag is blind: it is hidden.']);
});

it('a dry run warns of each', () => {
  expect(blind({ guards })).toHaveLength(2);
});
