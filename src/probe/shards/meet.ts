import { setTimeout as sleep } from 'node:timers/promises';
import { unlessAborted, within } from '../../base/deadline.ts';
import { type ErrorCode, PoolctlError } from '../../base/errors.ts';
import { formatDuration } from '../../base/units.ts';
import type { CommonStart, MeetingTimes, ShardMeeting } from './meeting.ts';
import type { ShardPart } from './part.ts';
import { readServerClock, wallMs } from './server-clock.ts';
import { missingOf, shardNames, shardNumbers } from './shard-names.ts';

const pollMs = 150;
/** A control session that is lost is opened anew with the next look. */
const mostLost = 5;
/** Nobody waits longer for a farewell. */
const farewellMs = 2_000;
const never = new AbortController().signal;
/** What no further look would change. */
const final: readonly ErrorCode[] = ['SHARD_TAKEN', 'PROBE_REFUSED', 'QUERY_FAILED', 'PRIVILEGE_MISSING'];

/** Who is there. */
export interface Gathering {
  /** Indexes from 0, in order. */
  readonly present: readonly number[];
  /** The common start by the server's clock, in ms since 1970, as soon as it is known: all are given the same. */
  readonly startMs?: number;
  /** It was known to others, and is over. */
  readonly isOver?: boolean;
}

/** What a kind of server has to offer for a meeting. */
export interface MeetingPlace {
  /** @throws PoolctlError SHARD_TAKEN */
  arrive(): Promise<void>;
  /** `leadMs`: see MeetingTimes. `agreedMs`: a start that is looked for once more. */
  gather(leadMs: number, agreedMs?: number): Promise<Gathering>;
  present(): Promise<readonly number[]>;
  /** In ms since 1970. */
  serverMs(): Promise<number>;
  leave(): Promise<void>;
}

/** The meeting of a plan's shards, as one of them sees it. */
export function meetingAt(place: MeetingPlace, { of }: ShardPart, { waitMs, leadMs }: MeetingTimes): ShardMeeting {
  let agreedMs: number | undefined;

  async function gathered(now: () => number, signal: AbortSignal): Promise<number> {
    const untilMs = now() + waitMs;
    const came = new Set<number>();
    let lost = 0;
    for (;;) {
      const found = await unlessAborted(place.gather(leadMs), signal).catch((error: unknown) => {
        const isFinal = error instanceof PoolctlError && final.includes(error.code);
        if (signal.aborted || isFinal || ++lost > mostLost) throw error;
        return undefined;
      });
      if (found?.isOver) throw tooLate();
      if (found?.startMs !== undefined) return found.startMs;
      for (const index of found?.present ?? []) came.add(index);
      if (now() > untilMs) throw incomplete(came, found?.present ?? [], { of, waitMs });
      await sleep(pollMs, undefined, { signal });
    }
  }

  return {
    arrive: () => place.arrive(),

    async start(now, signal): Promise<CommonStart> {
      const serverMs = await gathered(now, signal);
      const reading = readServerClock(() => place.serverMs(), { now, wall: wallMs });
      const { aheadMs, clock } = await unlessAborted(reading, signal);
      const startMs = serverMs - aheadMs;
      if (startMs <= now()) throw tooLate(now() - startMs);
      agreedMs = serverMs;
      return { startMs, serverMs, clock };
    },

    async confirm() {
      const { present, startMs } = await place.gather(leadMs, agreedMs);
      const gone = missingOf(present, of);
      if (gone.length > 0) throw wentAgain(`${capital(shardNames(gone, of))} went again`);
      if (startMs !== agreedMs) throw wentAgain('A shard was started anew');
    },

    present: () => place.present(),

    async leave() {
      await within(place.leave(), farewellMs, never, () => new Error('no answer')).catch(() => {});
    },
  };
}

function incomplete(
  came: ReadonlySet<number>,
  present: readonly number[],
  { of, waitMs }: Pick<ShardPart & MeetingTimes, 'of' | 'waitMs'>,
): PoolctlError {
  const missing = missingOf([...came], of);
  const gone = missingOf(present, of).filter((index) => came.has(index));
  const within = formatDuration(waitMs);
  const who =
    missing.length > 0
      ? `Only ${came.size} of ${of} shards came within ${within}: ${shardNumbers(missingOf(missing, of))}; missing: ${shardNumbers(missing)}.`
      : `All ${of} shards came within ${within}, but ${gone.length > 0 ? 'were not there together' : 'the first gave no common start'}.`;
  const again = gone.length === 0 ? '' : ` ${capital(shardNames(gone, of))} went again.`;
  return new PoolctlError('SHARDS_MISSING', `${who}${again}`, {
    hint: 'Start all shards of a plan at about the same time, each as a process of its own that need not wait for another.',
  });
}

function wentAgain(what: string): PoolctlError {
  return new PoolctlError('SHARDS_MISSING', `${what} before the common start: the load would not be the planned one.`, {
    hint: 'Look at the output of that shard, and start all of them again.',
  });
}

function tooLate(byMs?: number): PoolctlError {
  const by = byMs === undefined ? 'over' : `${formatDuration(Math.ceil(byMs))} ago`;
  return new PoolctlError(
    'SHARDS_MISSING',
    `The common start was ${by} when this shard learnt of it: it is too late.`,
    {
      hint: 'Start all of them again, this one on a machine that does less beside it.',
    },
  );
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
