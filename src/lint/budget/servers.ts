import type { EngineId } from '../../base/engine.ts';
import type { DeployedService } from '../../declarations/manifests/service.ts';
import { countOf } from '../../declarations/manifests/values.ts';
import type { SourceSpan } from '../../declarations/source-span.ts';
import type { Project } from '../project.ts';

/** A server whose limit somebody has written down: in poolctl.yaml, or in the manifest that starts it. */
export interface BudgetedServer {
  readonly name: string;
  readonly limit: number;
  /** What pools may take of it. */
  readonly usable: number;
  /** How `usable` comes about: "200 less 3 reserved". */
  readonly words: string;
  readonly engine?: EngineId;
  readonly place?: SourceSpan;
  /** The manifest's service; undefined for one of poolctl.yaml. */
  readonly service?: DeployedService;
}

/** PostgreSQL keeps these for administrators by default (superuser_reserved_connections); MySQL and MariaDB keep none. */
const keptByPostgres = 3;

export function serversOf({ config, manifests }: Project): BudgetedServer[] {
  const declared = Object.entries(config.servers).flatMap(([name, server]): BudgetedServer[] => {
    const { maxConnections: limit, reserved = keptByPostgres, others = 0, host } = server;
    if (limit === undefined) return [];
    return [{ name: host ?? name, limit, ...left(limit, reserved, others) }];
  });
  const started = manifests.services.flatMap((service): BudgetedServer[] => {
    const { server } = service;
    const limit = countOf(server?.maxConnections);
    if (!server || limit === undefined || config.servers[service.name]) return [];
    const reserved = server.engine === 'postgres' ? keptByPostgres : 0;
    return [
      { name: service.name, limit, ...left(limit, reserved, 0), engine: server.engine, place: service.place, service },
    ];
  });
  return [...declared, ...started];
}

function left(limit: number, reserved: number, others: number): Pick<BudgetedServer, 'usable' | 'words'> {
  const taken = [reserved > 0 && `${reserved} reserved`, others > 0 && `${others} of others`].filter(Boolean);
  return {
    usable: Math.max(0, limit - reserved - others),
    words: taken.length === 0 ? `${limit}` : `${limit} less ${taken.join(' and ')}`,
  };
}
