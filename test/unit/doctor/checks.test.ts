import { describe, expect, it } from 'vitest';
import { PoolctlError } from '../../../src/base/errors.ts';
import type { Check, DoctorFindings } from '../../../src/doctor/check.ts';
import { config, node } from '../../../src/doctor/checks/local.ts';
import { runChecks } from '../../../src/doctor/doctor.ts';
import { doctorView } from '../../../src/views/doctor.ts';

const findings: DoctorFindings = {
  env: {},
  variables: ['POOLCTL_TPS', 'POOLCTL_HEADROOM'],
  timeoutMs: 1_000,
  signal: new AbortController().signal,
  findTarget: async () => undefined,
};

const check = (id: string, run: Check['run'], after?: string): Check => ({
  id,
  title: id,
  run,
  ...(after !== undefined && { after }),
});

describe('checks', () => {
  it('skip all that stands on one that failed, and go on with the others', async () => {
    const results = await runChecks(
      [
        check('a', async () => ({ status: 'failed', detail: 'no', fix: 'mend it' })),
        check('b', async () => ({ status: 'ok', detail: '' }), 'a'),
        check('c', async () => ({ status: 'ok', detail: '' }), 'b'),
        check('d', async () => ({ status: 'ok', detail: '' })),
      ],
      findings,
    );
    expect(results.map(({ status }) => status)).toEqual(['failed', 'skipped', 'skipped', 'ok']);
  });

  it('go on after one that does not apply', async () => {
    const results = await runChecks(
      [check('a', async () => undefined), check('b', async () => ({ status: 'ok', detail: '' }), 'a')],
      findings,
    );
    expect(results.map(({ status }) => status)).toEqual(['skipped', 'ok']);
  });

  it('turn a known error into a failure with its hint as the fix, and leave a bug a bug', async () => {
    const known = check('a', async () => {
      throw new PoolctlError('CONNECT_REFUSED', 'Nothing listens.', { hint: 'Start it.' });
    });
    expect(await runChecks([known], findings)).toMatchObject([
      { status: 'failed', detail: 'CONNECT_REFUSED: Nothing listens.', fix: 'Start it.' },
    ]);
    const bug = check('b', async () => {
      throw new TypeError('x');
    });
    await expect(runChecks([bug], findings)).rejects.toThrow(TypeError);
  });

  it('name a variable that nothing reads, with the nearest one that something does', async () => {
    expect(await config.run({ ...findings, env: { POOLCTL_TPSS: '3', POOLCTL_TPS: '4', HOME: '/' } })).toMatchObject({
      status: 'warning',
      detail: 'POOLCTL_TPSS: nothing reads it.',
      fix: expect.stringContaining('Did you mean "POOLCTL_TPS"?'),
    });
    expect(await config.run({ ...findings, env: { POOLCTL_TPS: '4' } })).toMatchObject({ status: 'ok' });
  });

  it('find this Node.js new enough', async () => {
    expect(await node.run(findings)).toEqual({ status: 'ok', detail: process.version });
  });
});

describe('the view', () => {
  it('has a mark for each, the fix below, and the skipped ones in one line', () => {
    const view = doctorView([
      { id: 'a', title: 'A', status: 'ok', detail: 'fine' },
      { id: 'b', title: 'B', status: 'failed', detail: 'bad', fix: 'mend it' },
      { id: 'c', title: 'C', status: 'skipped', detail: '' },
      { id: 'd', title: 'D', status: 'skipped', detail: '' },
    ]);
    expect(view.headline).toBe('1 check failed');
    expect(view.tables[0]?.rows).toEqual([
      ['✓ A', 'fine'],
      ['✗ B', 'bad'],
      ['', '→ mend it'],
      ['· not checked', 'C, D'],
    ]);
  });
});
