import { setTimeout as sleep } from 'node:timers/promises';
import { within } from '../../base/deadline.ts';
import { type ErrorCode, PoolctlError } from '../../base/errors.ts';
import { withoutUndefined } from '../../base/without-undefined.ts';
import type { Control } from '../control/control.ts';
import { openControl } from '../control/open.ts';
import type { ProbeRequest } from '../request.ts';
import type { CleanUp } from '../result.ts';
import type { ShardPart } from '../shards/part.ts';
import type { ProbeWorkload } from '../workload/model.ts';
import type { Bench } from './bench.ts';

/** The user waits after a signal, also where the server does not answer any more. */
const answerMs = 2_000;
/** How long sessions may take that end by themselves, and that were terminated. */
const goodbyeMs = 500;
const farewellMs = 1_000;
/** How long to wait for a server to come back where objects of poolctl's are on it. */
const comebackMs = 15_000;
/** One of several that is there still, and is killed before it is the last, is not seen any more within that time. */
const lastMs = 1_500;
/** A server that stood still may do so for some seconds. */
const answerAgainMs = 8_000;
/** The server got the statement and refused it. */
const refusals: readonly ErrorCode[] = ['QUERY_FAILED', 'PRIVILEGE_MISSING', 'SERVER_TIMEOUT'];
const never = new AbortController().signal;

type Leaving = Pick<ProbeRequest, 'target' | 'pooler' | 'timeoutMs' | 'interrupted' | 'onEvent' | 'now'> & {
  readonly part?: ShardPart;
  /**
   * Whether nobody else needs what the workload has made on the server, always where it is left out; undefined where it was
   * not made for this process.
   */
  readonly isLast?: (control: Control) => Promise<boolean | undefined>;
};

/** Cleans up by the control connection that there is, or by another one where it was lost. */
export async function leave(bench: Bench, request: Leaving): Promise<CleanUp> {
  const { onEvent, now, interrupted } = request;
  onEvent({ type: 'stage', text: 'cleaning up' });
  const { control, workload } = bench.parts;
  bench.endWatch();
  let found = bench.hasLostControl ? unverified(bench, 0) : await cleanUp(control, bench, request);
  const until = now() + (workload.teardown ? comebackMs : bench.wasSilent ? answerAgainMs : 0);
  // After a signal the user does not wait for a server to come back.
  while (!found.verified && !interrupted.aborted) {
    found = await cleanUpAnew(bench, request, found);
    if (now() > until) break;
    if (!found.verified) await sleep(250);
  }
  return found;
}

async function cleanUpAnew(bench: Bench, request: Leaving, before: CleanUp): Promise<CleanUp> {
  const { target, pooler, timeoutMs, part: shard } = request;
  const waits = { timeoutMs: Math.min(timeoutMs, answerMs), signal: never };
  const options = { ...waits, isPooled: pooler !== undefined, ...withoutUndefined({ shard }) };
  const control = await openControl(pooler?.control ?? target, bench.parts.to.safety.tag, options).catch(
    () => undefined,
  );
  if (!control) return before;
  try {
    return await cleanUp(control, bench, request);
  } finally {
    await control.close();
  }
}

/** Ends what is still there, and returns what is left in the end. */
async function cleanUp(control: Control, bench: Bench, request: Leaving): Promise<CleanUp> {
  const { workload, now } = bench.parts;
  const ids = bench.sessions;
  let ended = 0;
  try {
    let left = await remaining(control, ids, now, goodbyeMs);
    if (left.length > 0) {
      ended = left.length;
      await soon(control.cancel(left));
      await soon(control.terminate(left));
      left = await remaining(control, left, now, farewellMs);
    }
    const objectsLeft = (await isFree(control, workload, request)) ? await tearDown(control, workload) : [];
    return { ...unverified(bench, ended), verified: true, sessionsLeft: left.length, objectsLeft };
  } catch {
    return unverified(bench, ended);
  }
}

function unverified({ sessions, cancelled, parts }: Bench, ended: number): CleanUp {
  return {
    verified: false,
    sessionsOpened: sessions.length,
    sessionsLeft: 0,
    cancelled: cancelled + ended,
    objectsLeft: parts.workload.teardown ?? [],
  };
}

async function remaining(
  control: Control,
  ids: readonly number[],
  now: () => number,
  patienceMs: number,
): Promise<readonly number[]> {
  const until = now() + patienceMs;
  for (;;) {
    const left = ids.length === 0 ? [] : await soon(control.alive(ids));
    if (left.length === 0 || now() > until) return left;
    await sleep(20);
  }
}

function soon<T>(answer: Promise<T>): Promise<T> {
  return within(answer, answerMs, never, () => new Error('no answer'));
}

/** Whether nobody else needs what the workload has made. Others that are there still mostly end at about the same time. */
async function isFree(control: Control, { teardown }: ProbeWorkload, request: Leaving): Promise<boolean> {
  const { isLast, now, interrupted } = request;
  if (!teardown || !isLast) return true;
  const until = now() + lastMs;
  for (;;) {
    const answer = await soon(isLast(control));
    if (answer || answer === undefined || interrupted.aborted || now() > until) return answer === true;
    await sleep(100);
  }
}

/** Removes what the workload has made; the statements that failed name what is left. */
async function tearDown(control: Control, { teardown = [] }: ProbeWorkload): Promise<string[]> {
  const left: string[] = [];
  for (const statement of teardown) {
    await control.write([statement]).catch((error: unknown) => {
      // The server refused without running it; a retry by hand may work.
      if (!(error instanceof PoolctlError && refusals.includes(error.code))) throw error;
      left.push(statement);
    });
  }
  return left;
}
