import { PoolctlError } from '../../base/errors.ts';
import { withoutUndefined } from '../../base/without-undefined.ts';
import type { DatabaseInFiles } from '../../declarations/manifests/terraform-databases.ts';
import type { WrittenServer } from '../schema.ts';
import type { FleetParts, Written } from '../written.ts';
import { refuseFleet } from './refuse.ts';
import { type ClassLimit, hostsIn } from './written-servers.ts';

/**
 * What the classes of servers let in, by the name of the server: of the profile that its owner writes, or of the database
 * that Terraform makes under its name or the first part of its host.
 * @throws PoolctlError INPUT_INVALID for a profile that is none
 */
export async function classLimits(
  { servers }: Pick<FleetParts, 'servers'>,
  databases: readonly DatabaseInFiles[] = [],
): Promise<ReadonlyMap<string, ClassLimit>> {
  const found = [...servers.values()].map(async (server): Promise<readonly (readonly [string, ClassLimit])[]> => {
    const { profile } = server.value;
    if (profile !== undefined) return [[server.name, await classLimit(server, profile)]];
    const made = databaseOf(server, databases);
    const limit = made && (await limitOfDatabase(made));
    return limit ? [[server.name, limit]] : [];
  });
  return new Map((await Promise.all(found)).flat());
}

function databaseOf({ name, value }: Written<WrittenServer>, databases: readonly DatabaseInFiles[]) {
  const labels = [name, ...(hostsIn(value) ?? []).map((host) => host.split('.')[0])];
  const own = databases.filter((one) => labels.includes(one.name));
  // The same file may be read for several services.
  const [only] = own;
  return own.every((one) => one.file === only?.file && one.profile === only.profile) ? only : undefined;
}

async function limitOfDatabase(made: DatabaseInFiles): Promise<ClassLimit | undefined> {
  const { engine, profile, maxConnections, file } = made;
  if (maxConnections !== undefined) return { name: file, engine, maxConnections, isExact: true };
  const { serverLimits } = await import('../../profiles/limits.ts');
  try {
    const { name, maxConnections: limit } = await serverLimits(profile);
    return { name, engine, ...withoutUndefined({ maxConnections: limit?.value }) };
  } catch (error) {
    // A class that no profile has: the limit stays unknown.
    if (error instanceof PoolctlError) return undefined;
    throw error;
  }
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
