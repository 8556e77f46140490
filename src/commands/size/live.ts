import { engineNames } from '../../base/engine.ts';
import { PoolctlError } from '../../base/errors.ts';
import { type Io, stopSignal } from '../../base/io.ts';
import { formatCount } from '../../base/units.ts';
import type { Warning } from '../../base/warning.ts';
import type { Sourced } from '../../cli/flag.ts';
import type { ReadOption } from '../../cli/options.ts';
import { readTarget } from '../../cli/target.ts';
import { inspectServer } from '../../inspect/inspect.ts';
import { hasPooler, type Inspection, namedPooler } from '../../inspect/inspection.ts';
import { inspectionWarnings } from '../../inspect/warnings.ts';
import { memoryOf } from '../../profiles/limits.ts';
import type { KnownServer } from './known-server.ts';

/** The budget as the server itself has it now: its limits, less the sessions of other users than the DSN's. */
export async function liveServer(
  named: Sourced<string>,
  read: ReadOption,
  io: Io,
  { isLimitGiven, isMeasured }: { isLimitGiven: boolean; isMeasured: boolean },
): Promise<KnownServer> {
  const { target, timeoutMs, warnings } = await readTarget(named, read, io);
  const inspection = await inspectServer(target, { timeoutMs, signal: stopSignal(io) });
  const { engine, version, address, limits, user, cores } = inspection;
  const name = `${engineNames[engine]} ${version} at ${address}`;
  if (hasPooler(inspection)) {
    if (!isLimitGiven) refusePooler(inspection);
    // What is reserved or taken behind the pooler is none of the clients that it lets in.
    const seen = inspectionWarnings(inspection).filter(isAboutSizing);
    return { name, engine, reserved: [], memory: await memoryOf([engine]), warnings: [...warnings, ...seen] };
  }
  const others = isMeasured ? outsideOfMeasured(inspection) : limits.takenByOthers;
  const own = limits.taken - others;
  const owner = isMeasured ? 'what was measured' : `"${user}"`;
  return {
    name,
    engine,
    maxConnections: { value: limits.maxConnections, source: `max_connections of ${name}`, estimated: false },
    reserved: limits.reserved.map((slot) => ({ name: slot.name, connections: slot.connections, source: name })),
    otherConnections: {
      value: others,
      source: `sessions of others than ${owner} now${own > 0 ? `; its own ${own} are taken for this application's` : ''}`,
    },
    ...(cores && { cores: { value: cores.count, source: `${cores.source} of ${name}` } }),
    ...(limits.caps.length > 0 && {
      caps: {
        value: limits.caps.map((cap) => ({
          name: cap.name,
          connections: cap.connections,
          otherConnections: cap.takenByOthers,
        })),
        source: name,
      },
    }),
    memory: await memoryOf([engine]),
    warnings: [
      ...warnings,
      ...inspectionWarnings(inspection).filter(isAboutSizing),
      ...momentary(limits.taken, others, owner),
    ],
  };
}

function isAboutSizing({ code }: Warning): boolean {
  return !['NOT_ENCRYPTED', 'SERVER_NEARLY_FULL', 'LEFT_BY_KILLED_PROBE'].includes(code);
}

/** The measured load is that of everybody in the database (PostgreSQL) or on the server: their sessions make it. */
function outsideOfMeasured({ engine, sessions, database }: Inspection): number {
  if (engine !== 'postgres') return 0;
  return sessions.groups
    .filter((group) => group.database !== database)
    .reduce((sum, { connections }) => sum + connections, 0);
}

/** Sessions come and go; the figure is of one moment. */
function momentary(taken: number, others: number, owner: string): Warning[] {
  if (taken === 0) return [];
  return [
    {
      code: 'OTHERS_COUNTED_NOW',
      message: `${formatCount(others, 'connection')} of others than ${owner} were open at this moment and are taken off; the other ${taken - others} are taken for this application's, which the fleet replaces.`,
      hint: 'Give --other-connections with what others take at their peak, or where several applications share the user.',
    },
  ];
}

function refusePooler({ detected }: Inspection): never {
  const pooler = namedPooler({ detected })?.means ?? 'a pooler';
  throw new PoolctlError(
    'INPUT_MISSING',
    `Between here and the server stands ${pooler}, whose limit the application meets before the server's.`,
    {
      hint: 'Add --max-connections with what the pooler lets in (PgBouncer: max_client_conn; pgpool-II: num_init_children), or give the DSN of the server itself.',
    },
  );
}
