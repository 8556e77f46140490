import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { openDriver } from '../../src/drivers/open.ts';
import { probeLeftovers, probeMark } from '../../src/inspect/leftovers.ts';
import { cleanAfterKilled } from '../../src/probe/clean.ts';
import type { Control } from '../../src/probe/control/control.ts';
import { openControl } from '../../src/probe/control/open.ts';
import { shardTag } from '../../src/probe/control/tags.ts';
import { safetyOf } from '../../src/probe/run/safety.ts';
import type { ShardMeeting } from '../../src/probe/shards/meeting.ts';
import { describeWith } from '../helpers/live.ts';
import { acquireAll, failureOf, loadTarget, never, runOn, settings, sleepFor } from '../helpers/load-driver.ts';
import { admin, open, ordinary, protocolOf, type Session, settled } from '../helpers/sessions.ts';

const options = { timeoutMs: 5_000, signal: never };
const now = () => performance.now();

interface Shard {
  readonly control: Control;
  readonly meeting: ShardMeeting;
}

for (const engine of ['postgres', 'postgres13', 'mariadb', 'mysql'] as const) {
  describeWith(engine, (server) => {
    const protocol = protocolOf[engine];
    const { target } = loadTarget(protocol, server);
    let watcher: Session;
    let plan: string;
    let opened: Control[];

    beforeAll(async () => {
      watcher = await open(protocol, admin(server));
    });
    afterAll(() => watcher.end());
    afterEach(async () => {
      await Promise.all(opened.map((control) => control.close()));
      await settled(protocol, watcher, 0, server.user);
    });

    function begin(): void {
      plan = randomBytes(4).toString('hex');
      opened = [];
    }

    async function shard(index: number, waitMs = 5_000, leadMs = 600): Promise<Shard> {
      const part = { index, of: 3 };
      const control = await openControl(target, shardTag(plan, part), { ...options, shard: part });
      opened.push(control);
      return { control, meeting: control.meeting({ waitMs, leadMs }) };
    }

    /** All three are there, and what the first one waits for. */
    async function arrived(waitMs?: number): Promise<readonly [Shard, Shard, Shard]> {
      const shards = [await shard(0, waitMs), await shard(1, waitMs), await shard(2, waitMs)] as const;
      for (const { control, meeting } of shards) {
        expect(await control.claim()).toEqual([]);
        await meeting.arrive();
      }
      return shards;
    }

    test('shards that come at different times are given the same moment', async () => {
      begin();
      const coming = [0, 1, 2].map(async (index) => {
        await sleep(index * 250);
        const { control, meeting } = await shard(2 - index);
        expect(await control.claim()).toEqual([]);
        await meeting.arrive();
        const start = await meeting.start(now, never);
        return { control, meeting, start, leftMs: start.startMs - now() };
      });
      const all = await Promise.all(coming);
      const starts = all.map(({ start }) => start);
      expect(new Set(starts.map(({ serverMs }) => serverMs)).size).toBe(1);
      const rttMs = Math.max(...starts.map(({ clock }) => clock.rttMs));
      const apartMs =
        Math.max(...starts.map(({ startMs }) => startMs)) - Math.min(...starts.map(({ startMs }) => startMs));
      expect(apartMs).toBeLessThanOrEqual(rttMs);
      // The servers of the tests are on this machine: their clock is ours.
      for (const { clock } of starts) expect(Math.abs(clock.offsetMs)).toBeLessThan(100);
      expect(Math.min(...all.map(({ leftMs }) => leftMs))).toBeGreaterThan(0);
      for (const { meeting, control } of all) {
        await meeting.confirm();
        expect((await control.look([])).planShards).toEqual([0, 1, 2]);
      }
      const [first, , last] = all;
      await last?.meeting.leave();
      expect(await first?.meeting.present()).toEqual([1, 2]);
      expect((await first?.control.look([]))?.planShards).toEqual([1, 2]);
    });

    test('one that does not come is named, and one that goes before the start', async () => {
      begin();
      const [first, second, third] = await arrived();
      const waiting = await first.meeting.start(now, never);
      expect(waiting.startMs).toBeGreaterThan(now());
      await second.control.close();
      await expect
        .poll(() => first.meeting.confirm().then(() => '', String))
        .toContain('Shard 2 of 3 went again before');
      const late = shardOf(third, 200);
      await expect(late).rejects.toMatchObject({
        code: 'SHARDS_MISSING',
        message: 'Only 2 of 3 shards came within 200 ms: 1, 3; missing: 2.',
      });
    });

    test('a signal ends the wait at once', async () => {
      begin();
      const { meeting } = await shard(0, 60_000);
      await meeting.arrive();
      const signal = AbortSignal.timeout(300);
      const began = now();
      await expect(meeting.start(now, signal)).rejects.toThrow();
      expect(now() - began).toBeLessThan(5_000);
    });

    function shardOf({ control }: Shard, waitMs: number) {
      return control.meeting({ waitMs, leadMs: 600 }).start(now, never);
    }

    test('another process that is the same shard is refused, before it does anything', async () => {
      begin();
      const first = await shard(1);
      expect(await first.control.claim()).toEqual([]);
      const second = await shard(1);
      const taken = { code: 'SHARD_TAKEN', message: expect.stringContaining('is shard 2 of 3 already') };
      await expect(second.control.claim()).rejects.toMatchObject(taken);
      await expect(second.meeting.arrive()).rejects.toMatchObject(taken);
      // The first one is not in its way.
      await first.meeting.arrive();
      expect(await first.meeting.present()).toEqual([1]);
    });

    test('of processes that are the same shard and begin at once, one is let in', async () => {
      begin();
      const twins = await Promise.all([shard(1), shard(1), shard(1)]);
      const claims = await Promise.allSettled(twins.map(({ control }) => control.claim()));
      expect(claims.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected', 'rejected']);
    });

    test('one whose control session was lost is there again with the next look', async () => {
      begin();
      const [first, second] = await arrived();
      const { processId } = second.control.session;
      await watcher.rows(protocol === 'postgres' ? `SELECT pg_terminate_backend(${processId})` : `KILL ${processId}`);
      await expect.poll(() => first.meeting.present()).toEqual([0, 2]);
      await expect(second.control.look([])).rejects.toThrow();
      expect((await second.control.look([])).planShards).toEqual([0, 1, 2]);
      expect(await first.meeting.present()).toEqual([0, 1, 2]);
      await expect(second.control.claim()).resolves.toEqual([]);
    });

    test('another probe and another plan are kept out, as long as one shard is at work, and keep it out', async () => {
      begin();
      const plain = await openControl(target, 'poolctl-probe/0a0b0c0d', options);
      opened.push(plain);
      expect(await plain.claim()).toEqual([]);
      const refused = await shard(0);
      expect(await refused.control.claim()).toHaveLength(1);
      await plain.close();
      await expect.poll(() => refused.control.claim()).toEqual([]);
      const [second, third] = [await shard(1), await shard(2)];
      expect(await second.control.claim()).toEqual([]);
      expect(await third.control.claim()).toEqual([]);
      const [probe, other] = [
        await openControl(target, 'poolctl-probe/0a0b0c0d', options),
        await openControl(target, shardTag('0f0e0d0c', { index: 0 }), { ...options, shard: { index: 0, of: 3 } }),
      ];
      opened.push(probe, other);
      // The one that kept them out for all is gone.
      await refused.control.close();
      await settled(protocol, watcher, 4, server.user);
      await third.control.look([]);
      expect(await probe.claim()).toHaveLength(1);
      expect(await other.claim()).toHaveLength(1);
    });

    test("sessions of the plan are no others; those of a shard that is gone are left, and end with its plan's clean-up", async () => {
      begin();
      const [first, second, third] = await arrived();
      const quiet = await first.control.look([]);
      await first.control.write(objects[protocol].made(plan));
      const driver = await openDriver(target);
      const safety = safetyOf(shardTag(plan, { index: 1 }), { readOnly: true, variables: {} });
      const pool = driver.createPool({ target, safety }, settings);
      try {
        const sleepy = { text: sleepFor[protocol](20), isSleep: true };
        const running = (await acquireAll(pool, 3)).map(({ connection }, index) =>
          failureOf(driver, runOn(connection, sleepy.text, { ...sleepy, prepared: index > 0 })),
        );
        const look = () => first.control.look([]);
        const plain = await openControl(target, 'poolctl-probe/0a0b0c0d', options);
        opened.push(plain);
        await expect
          .poll(async () => (await plain.look([])).othersActive - quiet.othersActive)
          .toBeGreaterThanOrEqual(3);
        expect((await look()).othersActive).toBeLessThanOrEqual(quiet.othersActive);
        expect((await look()).others).toBe(quiet.others + 1);
        const left = async () =>
          (await probeLeftovers(plain.session, engineOf[engine])).map(({ kind, run }) => `${kind} of ${run}`);
        expect(await left()).toEqual([]);

        await second.control.close();
        // A comment is anybody's: this is no name of a lock.
        const odd = await open(protocol, ordinary(server));
        const comment = `/* poolctl-probe/${'😀'.repeat(40)} */`;
        const oddly = odd.rows(`${comment} ${sleepFor[protocol](0.5)}`).finally(() => odd.end());
        await expect.poll(left).toEqual(Array(3).fill(`session of ${plan}`));
        expect((await look()).planShards).toEqual([0, 2]);
        const clean = (run: string) => cleanAfterKilled(target, { ...options, run, consent: async () => {} });
        expect(await clean('0a0b0c0d')).toEqual({ removed: [], left: [] });
        expect((await clean(plan)).removed).toHaveLength(3);
        await Promise.all([...running, oddly]);
        expect(await left()).toEqual([]);
        await Promise.all([first, third].map(({ control }) => control.close()));
        await settled(protocol, watcher, 1, server.user);
        expect((await clean(plan)).removed.map(({ name }) => name)).toEqual([objects[protocol].name(plan)]);
      } finally {
        await pool.end(0);
      }
    });
  });
}

const engineOf = { postgres: 'postgres', postgres13: 'postgres', mariadb: 'mariadb', mysql: 'mysql' } as const;

const objects = {
  postgres: {
    name: (plan: string) => `poolctl_probe_${plan}`,
    made: (plan: string) => [
      `CREATE SCHEMA poolctl_probe_${plan}`,
      `COMMENT ON SCHEMA poolctl_probe_${plan} IS '${probeMark}'`,
    ],
  },
  mysql: {
    name: (plan: string) => `poolctl_probe_${plan}_log`,
    made: (plan: string) => [`CREATE TABLE poolctl_probe_${plan}_log (id INT) COMMENT = '${probeMark}'`],
  },
} as const;
