import { PoolctlError } from '../../base/errors.ts';
import { withoutUndefined } from '../../base/without-undefined.ts';
import type { LoadConnection } from '../../drivers/driver.ts';
import type { AnnouncedPooler } from '../../engines/facts.ts';
import { openServer } from '../../engines/open.ts';
import type { ConnectionTarget } from '../../engines/target.ts';
import { detect } from '../../inspect/detect.ts';
import { namedPooler } from '../../inspect/inspection.ts';
import type { Control } from '../control/control.ts';
import type { PoolerFigures } from '../result.ts';
import type { Asking } from '../run/failure.ts';
import { type ConsoleSight, openConsole, type PoolerConsole } from './console.ts';
import { proveControl } from './prove-control.ts';

/** The way through a pooler to the server behind it. */
export interface PoolerRequest {
  /** The server behind the pooler: it is watched there, and cleaned up. */
  readonly control: ConnectionTarget;
  /** PgBouncer's console; without it the login of the load is tried. */
  readonly console?: ConnectionTarget;
}

/** A pooler that a load goes through, and its console where that can be asked. */
export interface Pooler {
  readonly figures: PoolerFigures;
  readonly console: PoolerConsole | undefined;
}

/**
 * Looks at what stands between, and proves that what comes through it can be seen and ended on the server behind.
 * @throws PoolctlError PROBE_REFUSED and others
 */
export async function meetPooler(request: PoolerRequest, control: Control, asking: Asking): Promise<Pooler> {
  const { driver, to, timeoutMs, signal } = asking;
  const { target } = to;
  if (target.settings.searchPath !== undefined) throw schemaNeedsSession(target);
  const { named, announced } = await whatIsBetween(target, asking);
  const { connection, close } = await driver.connect(to, timeoutMs, signal);
  let isByStatement = false;
  try {
    await proveControl({ connection, control, asking });
    isByStatement = target.protocol === 'postgres' && (await takesNoTransaction(connection));
  } finally {
    await close();
  }
  const sight = await openConsole(target, request.console, { timeoutMs, signal });
  const { console } = sight;
  const name = nameOf(sight, announced) ?? named ?? 'the pooler';
  const { mode = announced?.mode ?? (isByStatement ? ('statement' as const) : undefined), settings } = console ?? {};
  return {
    figures: {
      ...{ name, address: target.address },
      ...withoutUndefined({ mode, settings, unseen: console ? undefined : sight.why }),
    },
    console,
  };
}

/** Undefined where neither the console nor the pooler itself says it. */
function nameOf(sight: ConsoleSight, announced: AnnouncedPooler | undefined): string | undefined {
  if (sight.console) return `PgBouncer ${sight.console.version}`;
  if (announced) return `${announced.name} ${announced.version}`;
  return sight.isPgbouncer ? 'PgBouncer' : undefined;
}

interface Between {
  /** As the profiles know it. */
  readonly named: string | undefined;
  readonly announced: AnnouncedPooler | undefined;
}

/** @throws PoolctlError PROBE_REFUSED where there is nothing */
async function whatIsBetween(target: ConnectionTarget, { timeoutMs, signal }: Asking): Promise<Between> {
  const server = await openServer(target, { timeoutMs, signal });
  try {
    const facts = await server.facts();
    const { throughPooler, relayedFromPort, forwardedToPort, changesTransport } = facts;
    const found = namedPooler({ detected: await detect(server, target, facts) });
    const isRelayed = relayedFromPort !== undefined || forwardedToPort !== undefined || changesTransport;
    if (found || throughPooler || isRelayed) return { named: found?.means, announced: facts.pooler };
  } finally {
    await server.session.close();
  }
  throw new PoolctlError('PROBE_REFUSED', `Nothing stands between here and the server at ${target.address}.`, {
    hint: '--control is for a DSN that goes through a pooler: leave it out to probe the server itself.',
  });
}

function fails(connection: LoadConnection, text: string): Promise<Error | undefined> {
  return new Promise((resolve) => {
    connection.run({ text, prepared: false }, [], (error) => resolve(error));
  });
}

/** PgBouncer in statement mode refuses BEGIN, and closes the connection. */
async function takesNoTransaction(connection: LoadConnection): Promise<boolean> {
  const refusal = await fails(connection, 'BEGIN');
  if (refusal) return refusal.message.includes('statement pooling mode');
  await fails(connection, 'ROLLBACK');
  return false;
}

function schemaNeedsSession({ address }: ConnectionTarget): PoolctlError {
  return new PoolctlError(
    'PROBE_REFUSED',
    `The DSN of ${address} names a schema, which would have to be set on sessions that the pooler shares.`,
    { hint: 'Leave it out, and write schema.table in the statements; or set search_path of the role.' },
  );
}
