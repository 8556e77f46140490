import type { EngineId } from '../../base/engine.ts';
import { withoutUndefined } from '../../base/without-undefined.ts';
import type { BudgetServer, NamedConnections, ServerLimit, UnknownCount } from '../../budget/model.ts';
import type { DeployedService } from '../../declarations/manifests/service.ts';
import { countOf } from '../../declarations/manifests/values.ts';
import { keptBy } from '../../lint/budget/servers.ts';
import type { WrittenServer } from '../schema.ts';
import type { Written } from '../written.ts';
import { refuseFleet } from './refuse.ts';

/** What the class of a server lets in, by its profile. */
export interface ClassLimit {
  readonly name: string;
  readonly engine: EngineId;
  readonly maxConnections?: number;
  readonly reserved?: number;
  /** Somebody has set it, so that it is no estimate. */
  readonly isExact?: true;
}

/** A server as its owner writes it, with what the manifest that starts it says, and its class where neither has a number. */
export function serverFrom(
  written: Written<WrittenServer>,
  around: { started: DeployedService | undefined; ofClass: ClassLimit | undefined; countsTerminating: boolean },
): BudgetServer {
  const { name, value } = written;
  const { started, ofClass } = around;
  const engine = value.engine ?? ofClass?.engine ?? started?.server?.engine;
  return {
    name,
    place: written.in.placeOf(written.path),
    counts: 'server connections',
    limit: limitOf(written, engine, around),
    isBudgeted: value.budget === 'required',
    countsTerminating: value.terminating === undefined ? around.countsTerminating : value.terminating === 'count',
    ...withoutUndefined({ engine, replicaOf: value.replicaOf, hosts: hostsIn(value) }),
  };
}

/** The names that services call a server or a pooler by, where its owner says some. */
export function hostsIn({ host, hosts = [] }: Pick<WrittenServer, 'host' | 'hosts'>): readonly string[] | undefined {
  const all = [...(host === undefined ? [] : [host]), ...hosts];
  return all.length > 0 ? all : undefined;
}

function limitOf(
  written: Written<WrittenServer>,
  engine: EngineId | undefined,
  { started, ofClass }: { started: DeployedService | undefined; ofClass: ClassLimit | undefined },
): ServerLimit | UnknownCount {
  const { name, value } = written;
  const inManifest = countOf(started?.server?.maxConnections);
  const ofServer = value.maxConnections ?? inManifest ?? ofClass?.maxConnections;
  const maxConnections = ofServer ?? value.granted;
  if (maxConnections === undefined) {
    const given = started?.server?.maxConnections;
    return {
      kind: 'unknown',
      atLeast: 0,
      why: given?.kind === 'unknown' ? given.why : `nobody says how many connections ${name} allows`,
      settledBy: `Write maxConnections of servers.${name} in ${written.in.file}.`,
    };
  }
  const isOfClass = value.maxConnections === undefined && inManifest === undefined && ofServer !== undefined;
  const kept = ofServer === undefined ? 0 : (ofClass?.reserved ?? keptBy(engine ?? 'postgres'));
  const others = namedOf(value.others, 'others');
  const reserved = value.reserved ?? kept;
  const taken = reserved + others.reduce((sum, { connections }) => sum + connections, 0);
  if (taken >= maxConnections)
    throw refuseFleet(
      written,
      [value.others === undefined ? 'reserved' : 'others'],
      `no connection is left to services: ${reserved} reserved and ${taken - reserved} of others, of ${maxConnections}.`,
      'Raise maxConnections to what the server says (SHOW max_connections), or correct the others.',
    );
  return {
    kind: 'limit',
    ...{ maxConnections, reserved, others, roles: namedOf(value.roles, '') },
    ...withoutUndefined({ granted: value.granted }),
    ...(isOfClass && ofClass && !ofClass.isExact && { estimatedBy: ofClass.name }),
  };
}

function namedOf(given: number | Record<string, number> | undefined, name: string): NamedConnections[] {
  if (given === undefined || given === 0) return [];
  if (typeof given === 'number') return [{ name, connections: given }];
  return Object.entries(given).map(([key, connections]) => ({ name: key, connections }));
}
