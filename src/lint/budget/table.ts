import type { Project } from '../project.ts';
import { serverDemands } from './assemble.ts';
import { demandOf, runningOf, surgeOf } from './demand.ts';

/** What the services of a server may take of it, whether it fits or not. Counts are connections. */
export interface BudgetTable {
  readonly server: string;
  /** What pools may take, and how that comes about: "200 less 3 reserved". */
  readonly usable: number;
  readonly words: string;
  /** All services at their most, and the same with the roll-out that adds most. */
  readonly running: number;
  readonly worst: number;
  readonly fits: boolean;
  readonly services: readonly {
    readonly service: string;
    readonly pool: number;
    readonly processes: number;
    readonly instances: number;
    readonly running: number;
    readonly rollout: number;
    /** Why it may be more. */
    readonly unknown?: string;
  }[];
}

/** The budget of each server whose limit is written down, and that some service connects to. */
export function budgetTables(project: Project): BudgetTable[] {
  return serverDemands(project).flatMap(({ server, rows }) => {
    if (rows.length === 0) return [];
    const { running, worst } = demandOf(rows);
    const services = rows.map((row) => ({
      service: row.name,
      pool: row.pool,
      processes: row.processes,
      instances: row.instances,
      running: runningOf(row),
      rollout: surgeOf(row),
      ...(row.unknown[0] !== undefined && { unknown: row.unknown[0] }),
    }));
    const { name, usable, words } = server;
    return [{ server: name, usable, words, running, worst, fits: worst <= usable, services }];
  });
}
