import { withoutUndefined } from '../../base/without-undefined.ts';
import { ClosedLoop } from './closed-loop.ts';
import { LiveView, SecondSeries } from './live-view.ts';
import type { LoadParts, LoadRun, Loop } from './load-run.ts';
import { mostWaiting, OpenLoop } from './open-loop.ts';
import type { Pump, PumpMaker } from './pump.ts';
import { Recorder, type Window } from './recorder.ts';
import { scheduleOf } from './schedule.ts';
import type { ShardRun } from './shard-run.ts';
import { Traffic } from './traffic.ts';
import { watchWindow } from './window-watch.ts';

type End = 'time' | 'aborted' | 'over-capacity';

/** How long a drain lasts beyond the longest time seen, and at most after an abort. */
const drainMarginMs = 1_000;
/** The wait for the errors of cancelled statements. */
const afterCancelMs = 1_000;

/** Warm-up, window and drain on a pool that is open. Always gives what was counted. */
export async function runLoad(run: LoadRun): Promise<ShardRun> {
  const pump = run.plan.load.kind === 'open' ? await latePump(run.makePump) : undefined;
  const parts = partsOf(run);
  const { recorder, traffic } = parts;
  const watch = watchWindow(run, parts);
  try {
    const end = await loadUntilEnd(run, parts, pump);
    const seen = watch.closeWindow();
    await traffic.idle(run.clock.now() + drainMsOf(run, traffic, end));
    const counts = recorder.counts(traffic.left);
    if (traffic.inFlight > 0) await endRest(run, traffic);
    const { seconds, use, queueGrew } = seen;
    const overCapacity = end === 'over-capacity' || counts.unsent > 0 || queueGrew;
    return {
      ...counts,
      ...withoutUndefined({ window: wallWindow(run, parts), slices: recorder.slices() }),
      ...{ seconds, use, overCapacity, cutShort: end === 'aborted' },
    };
  } finally {
    watch.stop();
  }
}

/** A pump whose `wake` is set later: it takes a while to be ready, and the load begins after that. */
interface LatePump extends Pump {
  wake: () => void;
}

async function latePump(make: PumpMaker): Promise<LatePump> {
  const late = { wake: () => {} };
  const { wakeAt, stop } = await make(() => late.wake());
  return Object.assign(late, { wakeAt, stop });
}

function wallWindow({ clock }: LoadRun, { window: { fromMs, toMs } }: LoadParts): ShardRun['window'] {
  return toMs > fromMs ? { fromMs: clock.sinceEpochMs(fromMs), toMs: clock.sinceEpochMs(toMs) } : undefined;
}

function partsOf(run: LoadRun): LoadParts {
  const { pool, pools, draw, clock, classify, plan, hasSlices, startMs = clock.now() } = run;
  const fromMs = startMs + plan.warmupMs;
  const window: Window = { fromMs, toMs: fromMs + plan.durationMs };
  const recorder = new Recorder(window, plan, hasSlices);
  const live = new LiveView(startMs);
  const seconds = new SecondSeries(fromMs, window.toMs, pool);
  const isOpen = plan.load.kind === 'open';
  const traffic = new Traffic({
    ...{ pool, pools, draw, clock, classify, isOpen, recorder, live, seconds },
    connections: plan.pool.connectionLimit,
  });
  return { startMs, window, recorder, live, seconds, traffic };
}

function loopOf(
  { plan, shard, clock }: LoadRun,
  { traffic, recorder, startMs }: LoadParts,
  pump: LatePump | undefined,
  onOverCapacity: () => void,
): Loop {
  if (plan.load.kind === 'closed' || !pump) {
    return new ClosedLoop(plan.load.kind === 'closed' ? plan.load.workers : 0, traffic, clock);
  }
  const schedule = scheduleOf(plan.load, plan.seed, shard);
  const loop = new OpenLoop({
    ...{ traffic, recorder, schedule, startMs, pump, onOverCapacity },
    mostWaiting: mostWaiting(plan),
  });
  pump.wake = () => loop.wake();
  return loop;
}

async function loadUntilEnd(run: LoadRun, parts: LoadParts, pump: LatePump | undefined): Promise<End> {
  const { clock, signal } = run;
  const { startMs, window, traffic } = parts;
  let takeBack = () => {};
  let takeBackStart = () => {};
  let onAbort = () => {};
  let loop: Loop | undefined;
  try {
    const end = await new Promise<End>((resolve) => {
      onAbort = () => resolve('aborted');
      signal.addEventListener('abort', onAbort, { once: true });
      takeBack = clock.at(window.toMs, () => resolve('time'));
      loop = loopOf(run, parts, pump, () => resolve('over-capacity'));
      if (signal.aborted) onAbort();
      // An open loop waits for its first moment itself.
      else if (run.plan.load.kind === 'open' || startMs <= clock.now()) loop.start();
      else takeBackStart = clock.at(startMs, () => loop?.start());
    });
    if (end !== 'time') window.toMs = Math.min(window.toMs, clock.now());
    loop?.stop(window.toMs);
    if (end === 'aborted' || run.plan.load.kind === 'closed') traffic.stopServing();
    return end;
  } finally {
    takeBack();
    takeBackStart();
    signal.removeEventListener('abort', onAbort);
  }
}

function drainMsOf({ drainMs, statementTimeoutMs }: LoadRun, traffic: Traffic, end: End): number {
  const wantedMs = drainMs ?? Math.min(statementTimeoutMs, traffic.longestMs + drainMarginMs);
  return end === 'aborted' ? Math.min(wantedMs, drainMarginMs) : wantedMs;
}

/** Requests that wait for a connection are dropped; `onStuck` ends the statements that run. */
async function endRest({ onStuck, clock }: LoadRun, traffic: Traffic): Promise<void> {
  traffic.stopServing();
  if (traffic.running === 0) return;
  await onStuck?.();
  await traffic.idle(clock.now() + afterCancelMs);
}
