import type { DeclaredPool } from '../../declarations/declared-pool.ts';
import type { Manifests } from '../../declarations/manifests/index.ts';
import type { DeployedService, ServerInManifest } from '../../declarations/manifests/service.ts';
import { hostsOfPool, isHostOf, isSameProtocol } from '../budget/hosts.ts';

const here = /^(?:localhost|127\.0\.0\.1|host\.docker\.internal)$/;

/** The server of the project's manifests that a pool connects to, by its host, or because there is only one of its engine. */
export function serverOfPool(
  pool: DeclaredPool,
  { services }: Manifests,
): { server: ServerInManifest; service: DeployedService } | undefined {
  const possible = services.flatMap((service) => {
    const { server } = service;
    return server && pool.engine !== undefined && isSameProtocol(pool.engine, server.engine)
      ? [{ server, service }]
      : [];
  });
  const hosts = hostsOfPool(pool).filter((host) => !here.test(host));
  const [only, other] =
    hosts.length === 0 ? possible : possible.filter(({ service }) => hosts.some((host) => isHostOf(host, service)));
  return other ? undefined : only;
}
