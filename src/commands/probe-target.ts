import type { Warning } from '../core/steps.ts';
import { ConnectionTarget } from '../engines/target.ts';
import type { Io } from '../io.ts';
import type { OnProbeEvent } from '../probe/events.ts';
import type { Probed } from '../probe/probe.ts';
import { consentOf } from './consent.ts';
import type { ReadOption } from './options.ts';
import type { ProbeInput } from './probe-input.ts';
import { type ChooseWorkload, usualWorkload } from './probe-workload.ts';
import { readTarget, readTimeoutMs } from './target.ts';

export interface Finished {
  readonly probed: Probed;
  readonly warnings: readonly Warning[];
}

/** Probes the server that was named, or one that is started for it and removed after. */
export async function onServer(input: ProbeInput, read: ReadOption, io: Io, onEvent: OnProbeEvent): Promise<Finished> {
  if (input.isEmbedded) return onEmbedded(input, read, io, onEvent);
  const { target, timeoutMs, warnings } = await readTarget(input.dsn, read, io);
  return { probed: await measure(input, { target, timeoutMs, io, onEvent }), warnings };
}

async function onEmbedded(input: ProbeInput, read: ReadOption, io: Io, onEvent: OnProbeEvent): Promise<Finished> {
  const { startEmbeddedPostgres } = await import('../embedded/postgres.ts');
  const { demoWorkload, fillDemo } = await import('../probe/workload/demo.ts');
  onEvent({ type: 'stage', text: 'starting a throw-away PostgreSQL' });
  const { host, port, user, password, database, stop } = await startEmbeddedPostgres(io.interrupted);
  try {
    const target = new ConnectionTarget({
      ...{ protocol: 'postgres', host, port, user, password, database, tls: { mode: 'disable' } },
    });
    const timeoutMs = readTimeoutMs(read);
    await fillDemo(target, timeoutMs);
    const workload: ChooseWorkload = input.workload ?? (() => demoWorkload);
    return { probed: await measure({ ...input, workload }, { target, timeoutMs, io, onEvent }), warnings: [] };
  } finally {
    await stop();
  }
}

interface Place {
  readonly target: ConnectionTarget;
  readonly timeoutMs: number;
  readonly io: Io;
  readonly onEvent: OnProbeEvent;
}

async function measure(input: ProbeInput, { target, timeoutMs, io, onEvent }: Place): Promise<Probed> {
  const { probe } = await import('../probe/probe.ts');
  const { dsn: _dsn, isEmbedded: _isEmbedded, hasConsent, workload, ...asked } = input;
  return probe({
    ...asked,
    ...{ target, timeoutMs, onEvent },
    workload: workload ?? (await usualWorkload()),
    consent: (reason) => (hasConsent ? Promise.resolve(true) : consentOf(reason, io)),
    interrupted: io.interrupted,
    now: io.now,
    startedAt: new Date(),
  });
}
