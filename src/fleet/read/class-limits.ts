import { PoolctlError } from '../../base/errors.ts';
import { withoutUndefined } from '../../base/without-undefined.ts';
import type { FleetParts, Written } from '../written.ts';
import { refuseFleet } from './refuse.ts';
import type { ClassLimit } from './written-servers.ts';

/** What the classes of servers let in, by the name of the server. @throws PoolctlError INPUT_INVALID for a profile that is none */
export async function classLimits({ servers }: Pick<FleetParts, 'servers'>): Promise<ReadonlyMap<string, ClassLimit>> {
  const named = [...servers.values()].flatMap((server) =>
    server.value.profile === undefined ? [] : [{ server, profile: server.value.profile }],
  );
  const found = named.map(async ({ server, profile }) => [server.name, await classLimit(server, profile)] as const);
  return new Map(await Promise.all(found));
}

async function classLimit(server: Written<unknown>, profile: string): Promise<ClassLimit> {
  const { serverLimits } = await import('../../profiles/limits.ts');
  try {
    const { name, engine, maxConnections, reserved } = await serverLimits(profile);
    const kept = reserved.length > 0 ? reserved.reduce((sum, { connections }) => sum + connections, 0) : undefined;
    return { name, engine, ...withoutUndefined({ maxConnections: maxConnections?.value, reserved: kept }) };
  } catch (error) {
    if (!(error instanceof PoolctlError)) throw error;
    throw refuseFleet(
      server,
      ['profile'],
      error.message,
      '`poolctl profiles` lists the servers, and `poolctl profiles show NAME` the classes of one.',
    );
  }
}
