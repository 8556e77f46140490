import type { FleetFinding } from '../answer.ts';
import { demandsAt, type JudgedServer, loadsOf } from '../judge/judge-server.ts';
import type { BudgetServer, BudgetService } from '../model.ts';
import { atServer, type JudgedFleet, nameList } from './finding-input.ts';

/** Where the pools of several servers meet on one: all readers on the primary, or the writers on a reader that takes over. */
export function failover(fleet: JudgedFleet): FleetFinding[] {
  const servers = new Map(fleet.judged.map((one) => [one.server.name, one]));
  const readers = fleet.judged.flatMap((reader) => {
    const primary = servers.get(reader.server.replicaOf ?? '');
    return primary && primary !== reader ? [{ reader, primary }] : [];
  });
  const primaries = [...new Set(readers.map(({ primary }) => primary))];
  const onPrimary = primaries.flatMap((primary) => {
    const own = readers.filter((one) => one.primary === primary).map(({ reader }) => reader);
    const names = nameList(own.map(({ server }) => server.name));
    return tooMany(primary, own, fleet, `if the pools of ${names} go to it`);
  });
  const onReader = readers.flatMap(({ reader, primary }) =>
    tooMany(reader, [primary], fleet, `if it takes over from ${primary.server.name}`),
  );
  return [...onPrimary, ...onReader, ...readers.flatMap(smallerStandby)];
}

function tooMany(
  survivor: JudgedServer,
  others: readonly JudgedServer[],
  { model, fleetTimes, clients }: JudgedFleet,
  when: string,
): FleetFinding[] {
  const { usable } = survivor.usable;
  if (usable === undefined) return [];
  const names = [survivor, ...others].map(({ server }) => server.name);
  const all = [...new Set(names.flatMap((name): readonly BudgetService[] => clients.get(name) ?? []))];
  const load = loadsOf(demandsAt(names, all), { server: survivor.server, times: fleetTimes.at(all), model }).own;
  const { connections } = load.peak('worst');
  const isAtLeast = load.input.demands.some(({ isUnknown }) => isUnknown[load.worstPart]);
  if (connections <= usable) return [];
  return [
    {
      id: 'failover',
      severity: 'info',
      text: `${survivor.server.name}: ${isAtLeast ? 'at least ' : ''}${connections} of ${usable} connections in the worst minute ${when}.`,
      hint: 'Size the pools so that both fit on one server, or let readers fail while it lasts.',
      ...atServer(survivor.server),
    },
  ];
}

/** PostgreSQL ends a hot standby's start where max_connections is below the primary's ("insufficient parameter settings"). */
function smallerStandby({
  reader,
  primary,
}: {
  readonly reader: JudgedServer;
  readonly primary: JudgedServer;
}): FleetFinding[] {
  const [own, first] = [limitOf(reader.server), limitOf(primary.server)];
  if (own === undefined || first === undefined || own >= first) return [];
  return [
    {
      id: 'standby-below-primary',
      severity: 'info',
      text: `${reader.server.name}: max_connections is ${own}, below the ${first} of its primary ${primary.server.name}: PostgreSQL does not start such a standby for queries.`,
      hint: `Raise it on ${reader.server.name} first. Servers that share their storage, as Aurora's do, are free of this.`,
      ...atServer(reader.server),
    },
  ];
}

function limitOf({ limit, engine }: BudgetServer): number | undefined {
  return limit.kind === 'limit' && engine === 'postgres' && limit.estimatedBy === undefined
    ? limit.maxConnections
    : undefined;
}
