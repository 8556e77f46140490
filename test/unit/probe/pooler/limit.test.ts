import { describe, expect, it } from 'vitest';
import { type LimitFacts, limitMet } from '../../../../src/probe/pooler/limit.ts';
import { queuesOf } from '../../../../src/probe/pooler/queues.ts';
import { rampThroughPooler } from '../../../../src/probe/pooler/ramp.ts';
import { sizesThrough } from '../../../../src/probe/pooler/sizes.ts';
import type { PoolerReach, ProbeRun } from '../../../../src/probe/result.ts';
import { known } from '../../../helpers/known.ts';
import { probeResult, probeRun } from '../../../helpers/probe-result.ts';

const settings = { maxClients: 100, poolSize: 5 };
const queue: PoolerReach = { asked: 20, letIn: 20, atOnce: 5 };

function facts(reach: PoolerReach, changes: Partial<LimitFacts> = {}): LimitFacts {
  return {
    pooler: { name: 'PgBouncer 1.18.0', address: '127.0.0.1:6432', settings, reach },
    looks: { mostWaiting: 15, mostServers: reach.atOnce },
    freeOnServer: 90,
    found: { runs: [] },
    ...changes,
  };
}

const refused = (kind: NonNullable<PoolerReach['refusal']>['kind'], atOnce = 4): PoolerReach => ({
  ...{ asked: 20, letIn: 4, atOnce },
  refusal: { kind, label: '08P01', message: 'no more connections allowed (max_client_conn)' },
});

/** A run of so many connections at 100/s, with mean times in ms. */
function run(connectionLimit: number, waitMs: number, serviceMs: number, changes: Partial<ProbeRun> = {}): ProbeRun {
  const near = (value: number) => ({ value, low: value, high: value });
  return probeRun({
    pool: { connectionLimit },
    throughputPerSecond: near(100),
    meanWaitMs: near(waitMs),
    meanServiceMs: near(serviceMs),
    waitProbability: near(waitMs > 0 ? 0.5 : 0),
    ...changes,
  });
}

describe('the limit that was met through a pooler', () => {
  it.each([
    ['its clients, by a refusal', refused('pooler-full'), 'pooler-clients', /max_client_conn/],
    ['its clients, by its silence', refused('connect-failed'), 'pooler-clients', /did not answer connection 5/],
    [
      'its connections, each a client’s',
      refused('pooler-wait'),
      'pooler-connections',
      /took the login of connection 5/,
    ],
    ['its connections, that clients share', queue, 'pooler-connections', /5 ran on the server and 15 waited/],
    ['the server, which refuses', refused('server-full'), 'server', /refused connection 5/],
    ['nothing within what may be opened', { ...queue, atOnce: 20 }, 'none', /All of 20 requests/],
  ] as const)('is %s', (_what, reach, limit, evidence) => {
    const met = limitMet(facts(reach));
    expect(met.limit).toBe(limit);
    expect(met.evidence.join(' ')).toMatch(evidence);
  });

  it('is the server where the pooler gets fewer connections than it may have', () => {
    const short = facts({ ...queue, atOnce: 3 }, { looks: { mostWaiting: 9, mostServers: 3 } });
    expect(limitMet(short)).toMatchObject({ limit: 'server' });
    const others = facts({ ...queue, atOnce: 3 }, { looks: { mostWaiting: 9, mostServers: 5 } });
    expect(limitMet(others)).toMatchObject({ limit: 'pooler-connections' });
    expect(limitMet(others).evidence.join(' ')).toContain('other clients of the same pool had the rest');
    expect(limitMet(facts(queue, { freeOnServer: 5 }))).toMatchObject({ limit: 'server' });
  });

  it.each([
    ["the application's pool, whose queue is the only one", run(2, 30, 20), { ...queue, letIn: 2, atOnce: 2 }, 'pool'],
    [
      'the pooler, where more are past the pool than it runs',
      run(10, 0, 90),
      { ...queue, letIn: 10 },
      'pooler-connections',
    ],
    ['none, where nobody waited', run(4, 0, 20), { ...queue, letIn: 4, atOnce: 4 }, 'none'],
    [
      'not clear, where nothing was measured',
      run(4, 0, 0, { completed: 0 }),
      { ...queue, letIn: 4, atOnce: 4 },
      'unclear',
    ],
    [
      "the pooler's clients, refused in the load",
      run(4, 0, 20, { failed: { 'pooler-full': 3 } }),
      queue,
      'pooler-clients',
    ],
    ["the pooler's queue, given up", run(4, 0, 20, { failed: { 'pooler-wait': 3 } }), queue, 'pooler-connections'],
    ['the server, full in the load', run(4, 0, 20, { failed: { 'server-full': 1 } }), queue, 'server'],
  ] as const)('of one load is %s', (_what, one, reach, limit) => {
    const asked = one.pool.connectionLimit;
    expect(limitMet(facts(reach, { asked, found: { runs: [one] } })).limit).toBe(limit);
  });
});

describe('a ramp through a pooler', () => {
  const { ramp } = probeResult('ramp');
  const withKnee = (connectionLimit: number) => {
    const found = known(ramp);
    return { ...found, knee: { ...found.knee, connectionLimit } };
  };

  it('has its knee at what the pooler runs at once, and says what a larger pool does', () => {
    const { knee, levels } = rampThroughPooler(withKnee(16), facts({ asked: 32, letIn: 32, atOnce: 12 }));
    expect(knee).toMatchObject({ limitedBy: 'pooler', connectionLimit: 12 });
    expect(knee.beyond).toContain('only move the queue into PgBouncer');
    const bound = levels.filter(({ boundBy }) => boundBy === 'pooler').map(({ connectionLimit }) => connectionLimit);
    expect(bound).toEqual([12, 16, 24, 32]);
  });

  it('keeps the knee of a server that is slower than the pooler', () => {
    const own = withKnee(4);
    const reach = { asked: 32, letIn: 32, atOnce: 12 };
    expect(rampThroughPooler(own, facts(reach))).toBe(own);
    expect(limitMet(facts(reach, { found: { runs: [], ramp: own } }))).toMatchObject({ limit: 'server' });
  });

  it('ends where no more are let in', () => {
    const reach = { ...refused('pooler-full', 8), letIn: 8 };
    const { knee } = rampThroughPooler({ ...withKnee(8), knee: { limitedBy: 'none', reason: 'grows' } }, facts(reach));
    expect(knee).toMatchObject({
      limitedBy: 'pooler',
      connectionLimit: 8,
      beyond: expect.stringContaining('not let in'),
    });
  });
});

describe('where requests wait, by the model of both queues,', () => {
  const found = { runs: [probeRun({ pool: { connectionLimit: 4 }, wantedPerSecond: 60 })], unpooled: [] };
  const task = { kind: 'load', pool: { connectionLimit: 4 }, tps: 60 } as const;
  const sizesOf = (reach: PoolerReach, mode: 'session' | 'transaction') =>
    queuesOf({ ...facts(reach).pooler, mode }, found, task)?.map(({ connectionLimit }) => connectionLimit);

  it('is told where clients share what the pooler runs at once', () => {
    expect(sizesOf(queue, 'transaction')).toEqual([4, 5, 10]);
    expect(sizesOf({ asked: 4, letIn: 4, atOnce: 4 }, 'transaction')).toEqual([4, 5, 10]);
  });

  it('is not told where each client has a connection of its own', () => {
    expect(sizesOf({ asked: 4, letIn: 4, atOnce: 4 }, 'session')).toBeUndefined();
    expect(sizesOf(refused('pooler-wait'), 'transaction')).toBeUndefined();
  });
});

describe('the sizes of a ramp through a pooler', () => {
  it.each([
    [{ asked: 40, letIn: 40, atOnce: 20 }, [1, 2, 4, 8, 14, 20, 30, 40]],
    [{ asked: 25, letIn: 25, atOnce: 20 }, [1, 2, 4, 8, 14, 20, 25]],
    [{ asked: 20, letIn: 20, atOnce: 1 }, [1, 2]],
    [{ asked: 20, letIn: 20, atOnce: 20 }, undefined],
  ])('go up to what it runs at once and beyond: %o', (reach, sizes) => {
    expect(sizesThrough(reach, 64)).toEqual(sizes);
  });
});
