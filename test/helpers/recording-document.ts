import type { Recording } from '../../src/measurements/recording.ts';
import { noHolder, recordedOutcomes, recordingSchemaName } from '../../src/monitor/recording/document.ts';

/** A recording as the file that would be read as it. */
export function documentOf({ acquires, connects, samples, stops, durationMs, ...rest }: Recording): string {
  const us = (ms: number | undefined) => (ms === undefined ? -1 : Math.round(1_000 * ms));
  const sites = [...new Set(acquires.flatMap(({ site }) => site ?? []))];
  return JSON.stringify({
    schema: recordingSchemaName,
    poolctl: '0.1.0',
    result: {
      ...rest,
      ...{ sites, durationUs: us(durationMs) },
      acquires: {
        askedUs: acquires.map(({ askedMs }) => us(askedMs)),
        queuedUs: acquires.map(() => -1),
        connectingUs: acquires.map(() => -1),
        waitUs: acquires.map(({ waitMs }) => us(waitMs)),
        useUs: acquires.map(({ useMs }) => us(useMs)),
        outcome: acquires.map(({ outcome }) => recordedOutcomes.indexOf(outcome)),
        holder: acquires.map(({ holder = -1 }) => (holder === 'none' ? noHolder : holder)),
        site: acquires.map(({ site }) => sites.indexOf(site ?? '')),
      },
      connects: {
        startedUs: connects.map(({ startedMs }) => us(startedMs)),
        tookUs: connects.map(({ tookMs }) => us(tookMs)),
        failed: connects.map(({ failed }) => Number(failed)),
      },
      samples: {
        atUs: samples.map(({ atMs }) => us(atMs)),
        used: samples.map(({ used }) => used),
        idle: samples.map(({ idle = -1 }) => idle),
        connecting: samples.map(({ connecting = -1 }) => connecting),
        pending: samples.map(({ pending }) => pending),
        limit: samples.map(({ limit = -1 }) => limit),
        lagUs: samples.map(({ lagMs }) => us(lagMs)),
      },
      stops: {
        startedUs: stops.map(({ fromMs }) => us(fromMs)),
        tookUs: stops.map(({ fromMs, toMs }) => us(toMs) - us(fromMs)),
      },
    },
  });
}
