import type { ConnectFacts, PoolSample } from '../facts.ts';
import type { AcquireRow } from './acquire-ring.ts';
import { noHolder, type RecordingDocument, recordedOutcomes, unknownValue } from './document.ts';

/** Tables of a recording by rows, in the order of time, with times in ms of the observer's clock. */
export interface RecordedTables {
  readonly acquires: readonly AcquireRow[];
  readonly connects: readonly ConnectFacts[];
  readonly samples: readonly (PoolSample & { readonly lagMs: number })[];
  readonly stops: readonly { readonly startedAtMs: number; readonly tookMs: number }[];
}

type Columns = Pick<RecordingDocument['result'], keyof RecordedTables>;

/** The same by columns, in whole microseconds from `fromMs`, none of them after `nowMs`. */
export function columnsOf(
  { acquires, connects, samples, stops }: RecordedTables,
  { fromMs, nowMs }: { readonly fromMs: number; readonly nowMs: number },
): Columns {
  const us = (ms: number | undefined) => (ms === undefined ? unknownValue : Math.max(0, Math.round(1_000 * ms)));
  // What is held since before the recording began was held when it did.
  const at = (ms: number) => us(Math.min(ms, nowMs) - fromMs);
  // A library that does not tell when it begins to connect has no rows; the samples tell of those that last.
  const told = connects
    .flatMap(({ startedAtMs, tookMs, errorType }) =>
      startedAtMs === undefined || tookMs === undefined ? [] : [{ startedAtMs, tookMs, errorType }],
    )
    .sort((a, b) => a.startedAtMs - b.startedAtMs);
  const rows = new Map(acquires.map(({ askedAtMs }, row) => [askedAtMs, row]));
  return {
    acquires: {
      askedUs: acquires.map(({ askedAtMs }) => at(askedAtMs)),
      queuedUs: acquires.map(({ queuedMs }) => us(queuedMs)),
      connectingUs: acquires.map(({ connectingMs }) => us(connectingMs)),
      waitUs: acquires.map(({ waitMs }) => us(waitMs)),
      useUs: acquires.map(({ useMs }) => us(useMs)),
      outcome: acquires.map(({ outcome }) => recordedOutcomes.indexOf(outcome)),
      // That of a holder whose row was overwritten is not known.
      holder: acquires.map(({ holderAskedAtMs: asked }) =>
        Number.isNaN(asked) ? noHolder : (rows.get(asked ?? 0) ?? unknownValue),
      ),
      site: acquires.map(({ site }) => site),
    },
    connects: {
      startedUs: told.map(({ startedAtMs }) => at(startedAtMs)),
      tookUs: told.map(({ tookMs }) => us(tookMs)),
      failed: told.map(({ errorType }) => (errorType === undefined ? 0 : 1)),
    },
    samples: {
      atUs: samples.map(({ atMs }) => at(atMs)),
      used: samples.map(({ used }) => used),
      idle: samples.map(({ idle }) => idle ?? unknownValue),
      connecting: samples.map(({ connecting }) => connecting ?? unknownValue),
      pending: samples.map(({ pending }) => pending),
      limit: samples.map(({ limit }) => limit ?? unknownValue),
      lagUs: samples.map(({ lagMs }) => us(lagMs)),
    },
    stops: {
      startedUs: stops.map(({ startedAtMs }) => at(startedAtMs)),
      tookUs: stops.map(({ startedAtMs, tookMs }) => at(startedAtMs + tookMs) - at(startedAtMs)),
    },
  };
}
