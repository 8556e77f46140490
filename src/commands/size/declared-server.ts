import { PoolctlError } from '../../base/errors.ts';
import type { ProjectFile } from '../../cli/project/find.ts';
import { readProject } from '../../cli/project/read.ts';
import { serverLimits } from '../../profiles/limits.ts';
import type { KnownServer } from './known-server.ts';

/**
 * A server of `servers` in poolctl.yaml: what stands there goes before its profile. Undefined where it has none of that name.
 * @throws PoolctlError CONFIG_INVALID, INPUT_MISSING, PROFILE_UNKNOWN
 */
export async function declaredServer(name: string, file: ProjectFile): Promise<KnownServer | undefined> {
  const { servers = {}, place } = readProject(file);
  const server = Object.hasOwn(servers, name) ? servers[name] : undefined;
  if (server === undefined) return undefined;
  const source = (key: string) => place('servers', name, key);
  const { maxConnections, profile, reserved, others } = server;
  if (profile === undefined) {
    throw new PoolctlError('INPUT_MISSING', `${place('servers', name)}: what kind of server is ${name}?`, {
      hint: 'Write `profile: mysql` (or postgres, mariadb, ...) beside its maxConnections, which goes before that of the profile.',
    });
  }
  const known = await serverLimits(profile);
  return {
    ...known,
    name,
    ...(maxConnections !== undefined && {
      maxConnections: { value: maxConnections, source: source('maxConnections'), estimated: false },
    }),
    ...(reserved !== undefined && {
      reserved: [{ name: 'reserved', connections: reserved, source: source('reserved') }],
    }),
    ...(others !== undefined && { otherConnections: { value: others, source: source('others') } }),
  };
}
