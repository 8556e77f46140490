import type { EngineId } from '../../base/engine.ts';
import { slotsLeft } from '../../budget/usable.ts';
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
  /** Slots above `usable` that no role but a superuser may take: by PostgreSQL's default, and not by what somebody wrote down. */
  readonly kept: number;
  readonly engine?: EngineId;
  readonly place?: SourceSpan;
  /** The manifest's service; undefined for one of poolctl.yaml. */
  readonly service?: DeployedService;
}

/** PostgreSQL keeps these for administrators by default (superuser_reserved_connections); MySQL and MariaDB keep none. */
export function keptBy(engine: EngineId): number {
  return engine === 'postgres' ? 3 : 0;
}

export function serversOf({ config, manifests }: Project): BudgetedServer[] {
  const declared = Object.entries(config.servers).flatMap(([name, server]): BudgetedServer[] => {
    const { maxConnections: limit, engine, reserved, others = 0, host, limitFrom } = server;
    if (limit === undefined) return [];
    const kept = reserved ?? keptBy(engine ?? 'postgres');
    return [
      {
        ...{ name: host ?? name, limit, ...left(limit, kept, others, limitFrom) },
        ...{ kept: reserved === undefined ? kept : 0, ...(engine && { engine }) },
      },
    ];
  });
  const started = manifests.services.flatMap((service): BudgetedServer[] => {
    const { server } = service;
    const limit = countOf(server?.maxConnections);
    if (!server || limit === undefined || config.servers[service.name]) return [];
    const { engine } = server;
    const kept = keptBy(engine);
    return [{ name: service.name, limit, kept, ...left(limit, kept, 0), engine, place: service.place, service }];
  });
  return [...declared, ...started];
}

function left(
  limit: number,
  reserved: number,
  others: number,
  from?: string,
): Pick<BudgetedServer, 'usable' | 'words'> {
  const named = [{ name: 'others', connections: others }];
  const estimated = from === undefined ? {} : { estimatedBy: from };
  const { usable, usableIs } = slotsLeft({ maxConnections: limit, reserved, others: named, ...estimated });
  return { usable, words: usableIs };
}
