import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Control } from '../../src/probe/control/control.ts';
import { openControl } from '../../src/probe/control/open.ts';
import { shardTag } from '../../src/probe/control/tags.ts';
import type { ShardMeeting } from '../../src/probe/shards/meeting.ts';
import { describeWith } from '../helpers/live.ts';
import { loadTarget, never } from '../helpers/load-driver.ts';
import { admin, open, protocolOf, type Session, settled } from '../helpers/sessions.ts';

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
  });
}
