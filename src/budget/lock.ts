import * as v from 'valibot';
import { PoolctlError } from '../base/errors.ts';
import { parseDocument } from '../documents/document.ts';
import { object, optional, safeText } from '../documents/fields.ts';
import type { ServiceQuota } from './quota.ts';

export const lockSchema = 'poolctl.fleet-lock/1';
/** What it is called where nobody names it. */
export const lockFile = 'fleet.lock.json';

/** What each service may take of each server: all that a service's own repository needs to know of the fleet. */
export interface FleetLock {
  /** Of the numbers that the quotas were worked out from: other numbers, another digest. */
  readonly inputs: string;
  /** By name. */
  readonly servers: readonly LockedServer[];
  /** By service, then server. */
  readonly quotas: readonly ServiceQuota[];
}

export interface LockedServer extends Pick<ServiceQuota, 'counts' | 'engine'> {
  readonly name: string;
  /** The names that clients connect to, where they are others. */
  readonly hosts?: readonly string[];
  /** Connections that the services may take together; left out where nobody says. */
  readonly usable?: number;
  /** `report`: nobody declared a budget, so that nothing fails by it. */
  readonly budget: 'required' | 'report';
}

const hint =
  'Write it again where fleet.yaml is: `poolctl fleet --lock`. A conflict of two changes is solved the same way.';
const whole = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const name = v.pipe(safeText, v.nonEmpty());

const documentSchema = object({
  schema: v.literal(lockSchema),
  inputs: safeText,
  servers: v.array(
    object({
      server: name,
      counts: v.picklist(['server connections', 'pooler clients']),
      engine: optional(v.picklist(['postgres', 'mysql', 'mariadb'])),
      hosts: optional(v.array(name)),
      usable: optional(whole),
      budget: v.picklist(['required', 'report']),
    }),
  ),
  quotas: v.array(
    object({
      service: name,
      server: name,
      ...{ kind: optional(name), namespace: optional(name), role: optional(name) },
      ...{ quota: whole, pool: whole, processes: whole, mostInstances: whole, surgeInstances: whole, extras: whole },
    }),
  ),
});

type WrittenLock = v.InferOutput<typeof documentSchema>;

/** Whether a text is meant to be a lock; any version of it, and broken ones too. */
export function isLockText(text: string): boolean {
  return text.includes('"poolctl.fleet-lock/');
}

/** The lock as its file holds it: the same for the same numbers, and a line for each of them. */
export function lockText({ inputs, servers, quotas }: FleetLock): string {
  const written: WrittenLock = {
    ...{ schema: lockSchema, inputs },
    servers: [...servers].sort(by(({ name }) => [name])).map(({ name, counts, engine, hosts, usable, budget }) => ({
      ...{ server: name, counts },
      ...(engine !== undefined && { engine }),
      ...(hosts !== undefined && { hosts: [...hosts].sort() }),
      ...(usable !== undefined && { usable }),
      budget,
    })),
    quotas: [...quotas].sort(by(({ service, server }) => [service, server])).map(writtenQuota),
  };
  return `${JSON.stringify(written, null, 2)}\n`;
}

function writtenQuota(row: Omit<ServiceQuota, 'counts' | 'engine'>): WrittenLock['quotas'][number] {
  const { service, server, kind, namespace, role, quota, pool, processes, mostInstances, surgeInstances, extras } = row;
  return {
    ...{ service, server },
    ...(kind !== undefined && { kind }),
    ...(namespace !== undefined && { namespace }),
    ...(role !== undefined && { role }),
    ...{ quota, pool, processes, mostInstances, surgeInstances, extras },
  };
}

function by<Row>(keys: (row: Row) => readonly string[]) {
  return (a: Row, b: Row) => {
    const [first, second] = [keys(a), keys(b)];
    const at = first.findIndex((key, index) => key !== second[index]);
    return at < 0 ? 0 : (first[at] ?? '') < (second[at] ?? '') ? -1 : 1;
  };
}

/** Reads a lock; `file` is what messages call it. @throws PoolctlError INPUT_INVALID */
export function parseLock(text: string, file: string): FleetLock {
  if (/^<{7} /m.test(text)) throw new PoolctlError('INPUT_INVALID', `${file}: two changes of it meet here.`, { hint });
  const { inputs, servers, quotas } = parseDocument(documentSchema, text, { file, what: `a ${lockSchema}`, hint });
  const known = new Map(
    servers.map(({ server, counts, engine, hosts, usable, budget }): [string, LockedServer] => [
      server,
      {
        ...{ name: server, counts, budget },
        ...(engine !== undefined && { engine }),
        ...(hosts !== undefined && { hosts }),
        ...(usable !== undefined && { usable }),
      },
    ]),
  );
  return {
    inputs,
    servers: [...known.values()],
    quotas: quotas.map((row) => {
      const server = known.get(row.server);
      if (server) return { ...writtenQuota(row), counts: server.counts, ...engineOf(server) };
      throw new PoolctlError(
        'INPUT_INVALID',
        `${file}: ${row.service} has a quota of ${row.server}, which is no server in it.`,
        { hint },
      );
    }),
  };
}

function engineOf({ engine }: LockedServer): Pick<ServiceQuota, 'engine'> {
  return engine === undefined ? {} : { engine };
}
