import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { compose } from '../../../../src/probe/jobs/compose.ts';
import { shardJob } from '../../../helpers/shard-job.ts';

const written = (change: Parameters<typeof shardJob>[0] = {}, version: '1.1' | '1.2' = '1.1') =>
  parse(compose.write(shardJob(change)), { merge: true, version });

describe('the file of Compose', () => {
  it('has a service for each shard, with its number and a file of its own', () => {
    const { services } = written();
    expect(Object.keys(services)).toEqual(['shard-1', 'shard-2', 'shard-3']);
    expect(services['shard-2'].command).toEqual([
      'poolctl',
      'probe',
      '--plan',
      '/plan.json',
      '--shard',
      '2/3',
      '--save',
      '/results/shard-2.json',
      '--no-progress',
    ]);
  });

  it('says the same to every parser', () => {
    expect(written({}, '1.1')).toEqual(written({}, '1.2'));
    expect(written().services['shard-1']).toMatchObject({ user: '1000:1000', restart: 'no' });
  });

  it('gives all of them the plan, the DSN by a file, and no second start', () => {
    const { services, secrets } = written({ shards: 2 });
    for (const service of Object.values(services)) {
      expect(service).toMatchObject({
        restart: 'no',
        environment: { POOLCTL_URL_FILE: '/run/secrets/probe.env' },
        secrets: ['probe.env'],
        volumes: [{ source: './plan.json', target: '/plan.json', read_only: true }, { target: '/results' }],
      });
    }
    expect(secrets).toEqual({ 'probe.env': { file: './probe.env' } });
  });

  it.each([
    ['plan.json', './plan.json'],
    ['../plan.json', '../plan.json'],
    ['/plans/a "b": #c.json', '/plans/a "b": #c.json'],
    // A dollar that stands alone would begin the name of a variable.
    ['$HOME/plan.json', './$$HOME/plan.json'],
  ])('finds the plan %j', (planFile, source) => {
    expect(written({ planFile }).services['shard-1'].volumes[0].source).toBe(source);
  });
});
