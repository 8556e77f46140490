import type { Io } from '../../base/io.ts';
import type { Warning } from '../../base/warning.ts';
import { consentOf } from '../../cli/consent.ts';
import { ConnectionTarget } from '../../engines/target.ts';
import type { ProbeRequest } from '../../probe/request.ts';
import { type Probed, probe } from '../../probe/run/probe.ts';
import type { ProbeInput } from './input.ts';
import type { ProbePlace } from './target.ts';
import { type ChooseWorkload, usualWorkload } from './workload.ts';

export interface Finished {
  readonly probed: Probed;
  readonly warnings: readonly Warning[];
}

/** What is told of a probe while it runs, and what ends it beside the user. */
type Watched = Pick<ProbeRequest, 'onEvent'> & { readonly crashed: AbortSignal };

/** Probes the server that was named, or one that is started for it and removed after. */
export async function onServer(place: ProbePlace, input: ProbeInput, io: Io, watched: Watched): Promise<Finished> {
  const { named, pooler, timeoutMs } = place;
  if (!named) return onEmbedded(timeoutMs, input, io, watched);
  const target = { target: named.target, ...(pooler && { pooler }) };
  return { probed: await measure(input, target, timeoutMs, io, watched), warnings: named.warnings };
}

async function onEmbedded(timeoutMs: number, input: ProbeInput, io: Io, watched: Watched): Promise<Finished> {
  const { startEmbeddedPostgres } = await import('../../embedded/postgres.ts');
  const { demoWorkload, fillDemo } = await import('../../probe/workload/demo.ts');
  const { host, port, user, password, database, stop } = await startEmbeddedPostgres(io.interrupted);
  try {
    const target = new ConnectionTarget({
      ...{ protocol: 'postgres', host, port, user, password, database, tls: { mode: 'disable' } },
    });
    await fillDemo(target, timeoutMs);
    watched.onEvent({ type: 'stage', text: `probing ${target.address}` });
    const workload: ChooseWorkload = input.workload ?? (() => demoWorkload);
    return { probed: await measure({ ...input, workload }, { target }, timeoutMs, io, watched), warnings: [] };
  } finally {
    await stop();
  }
}

async function measure(
  input: ProbeInput,
  way: Pick<ProbeRequest, 'target' | 'pooler'>,
  timeoutMs: number,
  io: Io,
  watched: Watched,
): Promise<Probed> {
  const { hasConsent, workload, ...asked } = input;
  return probe({
    ...asked,
    ...way,
    timeoutMs,
    ...watched,
    workload: workload ?? (await usualWorkload()),
    consent: (reason) => (hasConsent ? Promise.resolve(true) : consentOf(reason, io)),
    interrupted: io.interrupted,
    now: io.now,
    startedAt: new Date(),
  });
}
