import { describe, expect, it } from 'vitest';
import { PoolctlError } from '../../../../src/base/errors.ts';
import { sessionNameOf, shardsThere } from '../../../../src/probe/control/session-name.ts';
import { isShardTag, runOfTag, shardTag } from '../../../../src/probe/control/tags.ts';
import { type Gathering, type MeetingPlace, meetingAt } from '../../../../src/probe/shards/meet.ts';
import { readServerClock } from '../../../../src/probe/shards/server-clock.ts';
import { missingOf, shardNames } from '../../../../src/probe/shards/shard-names.ts';

const part = { index: 0, of: 3 };
const never = new AbortController().signal;
const all = [0, 1, 2];

/** Answers one after the other, and the last one for ever. The server's clock is a million ahead of ours. */
function placeOf(...answers: (Gathering | Error)[]): MeetingPlace {
  let asked = 0;
  return {
    arrive: async () => {},
    gather: async () => {
      const answer = answers[Math.min(asked++, answers.length - 1)];
      if (answer instanceof Error) throw answer;
      return answer ?? { present: [] };
    },
    present: async () => all,
    serverMs: async () => 1_000_000,
    leave: () => Promise.reject(new Error('lost')),
  };
}

const meet = (place: MeetingPlace, waitMs = 60_000) => meetingAt(place, part, { waitMs, leadMs: 1_000 });
const messageOf = (work: Promise<unknown>) => work.then(() => '', String);

describe('the meeting of a plan', () => {
  it('gives the start of the server by the own clock', async () => {
    const start = await meet(placeOf({ present: all, startMs: 1_000_700 })).start(() => 50, never);
    expect(start).toMatchObject({ startMs: 750, serverMs: 1_000_700, clock: { rttMs: 0 } });
  });

  it('names who came and who did not, as people count', async () => {
    const told = (...seen: number[][]) =>
      messageOf(meet(placeOf(...seen.map((present) => ({ present })))).start(ticking(31_000), never));
    expect(await told([0, 2])).toMatch(/Only 2 of 3 shards came within 60 s: 1, 3; missing: 2\.$/);
    expect(await told([0, 2], [0])).toContain('came within 60 s: 1, 3; missing: 2. Shard 3 of 3 went again.');
    expect(await told([0, 1, 2])).toMatch(/All 3 shards came within 60 s, but the first gave no common start\.$/);
    expect(await told([0, 1], [0, 2])).toContain(
      'All 3 shards came within 60 s, but were not there together. Shard 2 of 3 went again.',
    );
  });

  it('is too late where the start is over, and where others had begun', async () => {
    const over = meet(placeOf({ present: all, startMs: 999_988 })).start(() => 50, never);
    expect(await messageOf(over)).toContain('The common start was 12 ms ago when this shard learnt of it');
    const begun = meet(placeOf({ present: all, isOver: true })).start(() => 50, never);
    expect(await messageOf(begun)).toContain('The common start was over when this shard learnt of it: it is too late.');
  });

  it('goes on after a look that failed with its session, and not after one that would fail again', async () => {
    const lost = new PoolctlError('CONNECTION_LOST', 'gone');
    const after = await meet(placeOf(lost, { present: all, startMs: 1_000_700 })).start(() => 0, never);
    expect(after.serverMs).toBe(1_000_700);
    const taken = new PoolctlError('SHARD_TAKEN', 'two');
    await expect(meet(placeOf(taken)).start(() => 0, never)).rejects.toBe(taken);
  });

  it('ends with a signal, whatever is asked', async () => {
    const hanging: MeetingPlace = { ...placeOf(), gather: () => new Promise(() => {}) };
    await expect(meet(hanging).start(() => 0, AbortSignal.abort())).rejects.toThrow();
  });

  it('looks once more for who went again, or was started anew', async () => {
    const met = { present: all, startMs: 1_000_700 };
    const again = async (second: Gathering) => {
      const meeting = meet(placeOf(met, second));
      await meeting.start(() => 0, never);
      return messageOf(meeting.confirm());
    };
    expect(await again(met)).toBe('');
    expect(await again({ present: [0] })).toContain('Shards 2 and 3 of 3 went again before the common start');
    expect(await again({ present: all, startMs: 1_002_000 })).toContain('A shard was started anew');
  });

  it('never fails to leave', async () => {
    await expect(meet(placeOf()).leave()).resolves.toBeUndefined();
  });
});

/** A clock that is read now and again. */
function ticking(stepMs: number): () => number {
  let nowMs = -stepMs;
  return () => {
    nowMs += stepMs;
    return nowMs;
  };
}

it("reads the server's clock in the middle of the quickest round trip", async () => {
  const rttMs = [40, 8, 30, 20, 50, 60, 70, 80, 90];
  let nowMs = 0;
  let round = 0;
  const ask = async () => {
    const way = rttMs[round++] ?? 0;
    // The way there is short, and the way back long, but for the quickest.
    const there = way === 8 ? 4 : 1;
    const server = nowMs + there + 5_000;
    nowMs += way;
    return server;
  };
  const { aheadMs, clock } = await readServerClock(ask, { now: () => nowMs, wall: () => nowMs + 4_990 });
  expect({ aheadMs, clock }).toEqual({ aheadMs: 5_000, clock: { offsetMs: 10, rttMs: 8 } });
});

describe('names of sessions', () => {
  it('are read, those of probes and of plans', () => {
    expect(sessionNameOf('poolctl-watch/1f3a')).toEqual({ kind: 'watch', run: '1f3a' });
    expect(sessionNameOf('poolctl-probe/1f3a/2')).toEqual({ kind: 'probe', run: '1f3a', shard: 2 });
    expect(sessionNameOf('poolctl-watch/1f3a/0of3@1795915082581640')).toEqual({
      ...{ kind: 'watch', run: '1f3a', shard: 0, of: 3, sinceUs: 1_795_915_082_581_640 },
    });
    for (const other of [undefined, '', 'poolctl', 'poolctl-watch/', 'poolctl-probe/1f3a/x', 'poolctl-watch/1F3A']) {
      expect(sessionNameOf(other)).toBeUndefined();
    }
  });

  it('fit what PostgreSQL keeps of a name, with the longest id', () => {
    const longest = `poolctl-watch/${'a'.repeat(20)}/127of128@1795915082581640`;
    expect(longest.length).toBeLessThanOrEqual(63);
    expect(sessionNameOf(longest)?.shard).toBe(127);
  });

  it('tell who is there: who has arrived, and not later than all had met', () => {
    const names = ['1of3@1000000000000000', '0of3@1000000000000001', '2@1000000000000000', '2of3@1000000000000002'];
    const seen = names.map((name) => sessionNameOf(`poolctl-watch/1f3a/${name}`));
    expect(shardsThere(seen, '1f3a', part, 1_000_000_000_000_001)).toEqual([0, 1]);
    expect(shardsThere(seen, '1f3a', part, Number.POSITIVE_INFINITY)).toEqual(all);
    expect(shardsThere(seen, '1f3b', part, Number.POSITIVE_INFINITY)).toEqual([]);
  });

  it('of loads know their shard', () => {
    const text = shardTag('1f3a', { index: 2 });
    expect([text, isShardTag(text), isShardTag('poolctl-probe/1f3a')]).toEqual(['poolctl-probe/1f3a/2', true, false]);
    expect([runOfTag({ text }), runOfTag({ text: 'poolctl-probe/1f3a' })]).toEqual(['1f3a', '1f3a']);
  });
});

it('counts shards from 1 for people', () => {
  expect([shardNames([1], 3), shardNames([0, 2], 3)]).toEqual(['shard 2 of 3', 'shards 1 and 3 of 3']);
  expect(missingOf([1], 3)).toEqual([0, 2]);
});
