import pg from 'pg';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { instrument } from '../../../src/monitor/instrument.ts';
import { prometheus } from '../../../src/monitor/metrics/prometheus.ts';
import type { InstrumentOptions } from '../../../src/monitor/options.ts';
import type { PoolPlugin } from '../../../src/monitor/pool-monitor.ts';
import { flightRecorder } from '../../../src/monitor/recording/flight-recorder.ts';
import { PoolManager } from '../../../src/pools/manager.ts';
import { failureOf } from '../../helpers/pools.ts';

afterEach(() => void vi.restoreAllMocks());

describe('instrument() says at once what it cannot use:', () => {
  it.each([undefined, null, 5, 'postgres://app:canary@db/orders', {}])('%s is no pool', (target) => {
    expect(() => instrument(target as object)).toThrow(/^This is no pool that poolctl knows\. It knows those of pg, /);
  });

  it.each([
    [null, 'What instrument() was given is null; it must be an object.'],
    [{ nam: 'x' }, 'What instrument() was given has no "nam"; it may have name, plugins, onEvent'],
    [{ name: 5 }, 'has a number as name; it must be a string.'],
    [{ onEvent: 'log' }, 'has a string as onEvent; it must be a function.'],
    [{ leak: { stacks: 'yes' } }, 'leak.stacks must be auto, always or off.'],
    [{ leak: { after: 5_000 } }, 'leak has no "after"; it may have afterMs, stacks.'],
    [{ alarms: { utilization: 80 } }, 'alarms.utilization is 80; it is a share, such as 0.8.'],
    [{ alarms: { pending: Number.NaN } }, 'alarms.pending is NaN; it must be 0 or more.'],
    [{ checkEveryMs: -1 }, 'checkEveryMs is -1; it must be 0 or more, in ms.'],
    [{ checkEveryMs: '5m' }, 'has a string as checkEveryMs; it must be a number.'],
    [{ plugins: [5] }, 'A plugin must be a function'],
  ])('%j', (options, why) => {
    const target = new pg.Pool();
    expect(() => instrument(target, options as InstrumentOptions)).toThrow(why);
    expect(Object.hasOwn(target, 'connect')).toBe(false);
  });

  it('a registry that is none', () => {
    expect(() => prometheus(undefined as never)).toThrow('This is no registry of prom-client.');
  });

  it.each([
    [{ dir: 'x' }, 'What flightRecorder() was given has no "dir"; it may have folder, '],
    [{ folder: 5 }, 'has a number as folder; it must be a string.'],
    [{ files: '3' }, 'has a string as files; it must be a number.'],
  ])('an option of the recorder: %j', (options, why) => {
    expect(() => flightRecorder(options as object)).toThrow(why);
  });

  it('no path for a recording', async () => {
    await expect(flightRecorder().record(undefined as never)).rejects.toThrow('record() needs the path of the file');
  });
});

it('a plugin that throws leaves the pool as it was', () => {
  const target = new pg.Pool();
  const failing: PoolPlugin = () => {
    throw new Error('no room');
  };
  expect(() => instrument(target, { plugins: [failing] })).toThrow('no room');
  expect(Object.hasOwn(target, 'connect')).toBe(false);
});

it('plugins that throw, or give nothing to end, fail no request of a manager and hold up no close', async () => {
  const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
  const pools = new PoolManager();
  pools.register('a', { engine: 'postgres', host: '127.0.0.1', port: 1, database: 'd', user: 'u' });
  expect(() => pools.use(5 as never)).toThrow('A plugin must be a function');
  pools.use(() => {
    throw new Error('no room');
  });
  pools.use(() => () => {
    throw new Error('no end');
  });
  pools.use((() => {}) as unknown as PoolPlugin);
  expect((await failureOf(pools.acquire('a'))).name).toBe('ConnectFailedError');
  await pools.close();
  expect(warn.mock.calls.map(([warning]) => warning)).toEqual(
    expect.arrayContaining(['A plugin of a pool did not start: no room', 'A plugin of a pool did not end: no end']),
  );
});
