import { folderOf } from '../../declarations/code/paths.ts';
import type { DeployedService } from '../../declarations/manifests/service.ts';
import { byMeaning } from './compose-variants.ts';
import type { FoundService } from './found-services.ts';

/** A database server that a manifest starts. */
export interface StartedServer {
  readonly name: string;
  readonly service: DeployedService;
  /** The compose file whose services alone reach it: another file starts a server of the same name for its own. */
  readonly release?: string;
}

/** By name; those of further compose folders have their file in it. */
export function startedServers(services: readonly DeployedService[]): ReadonlyMap<string, StartedServer> {
  const started = new Map<string, StartedServer>();
  const all = services.filter(({ server }) => server !== undefined);
  const composed = all.filter(isComposed).sort(byMeaning);
  for (const service of all) if (!isComposed(service)) started.set(service.name, { name: service.name, service });
  for (const service of composed) {
    const before = started.get(service.name);
    const isOther = before && isComposed(before.service) && !isBeside(before.service, service);
    if (!before) started.set(service.name, { name: service.name, service });
    if (!isOther) continue;
    const name = `${service.name} (${service.release})`;
    started.set(name, { name, service, release: service.release });
  }
  return started;
}

/** The compose file that deploys a service. */
export function composeOf({ deployed: [first] }: FoundService): string | undefined {
  return first && isComposed(first) ? first.release : undefined;
}

function isComposed({ kind }: DeployedService): boolean {
  return kind === 'compose service';
}

/** Compose files of one folder are variants of one deployment. */
function isBeside(a: DeployedService, b: DeployedService): boolean {
  return folderOf(a.release) === folderOf(b.release);
}
