import type { AllocatedPool, AllocatedServer, FleetAllocation } from '../../budget/allocation.ts';
import type { FleetAnswer, FleetFinding, ServerAnswer, ServiceAnswer } from '../../budget/answer.ts';
import { rowKey } from '../../budget/row-key.ts';
import type { FileNote } from '../../declarations/text-file.ts';
import { isUnreadFile } from '../../fleet/read/remarks/unread-files.ts';

/** `result` of `poolctl fleet --json` (poolctl.fleet/1). An absent key means "not known". */
export interface FleetResult {
  readonly servers: readonly FleetServer[];
  /** One for a service and a server that it connects to. */
  readonly services: readonly FleetService[];
  readonly findings: readonly FleetFinding[];
  /** Where not even the least pools fit, and whose settings are not known. */
  readonly allocation: Omit<FleetAllocation, 'pools' | 'servers'>;
  /** What was not read, and why. */
  readonly notes: readonly FileNote[];
}

/** What a server lets in and all take of it, and what they take with the settings that fit. */
export interface FleetServer extends ServerAnswer {
  readonly settings?: Omit<AllocatedServer, 'server' | 'usable'>;
}

/** What a service takes of a server, and the settings with which all of them fit; left out where its size is not known. */
export interface FleetService extends ServiceAnswer {
  readonly settings?: Omit<AllocatedPool, 'service' | 'server'>;
}

/** Puts the settings beside what each service takes. */
export function joinAllocation(
  answer: FleetAnswer,
  { pools, servers: allocated, ...allocation }: FleetAllocation,
  notes: readonly FileNote[] = [],
): FleetResult {
  const settings = new Map(pools.map(({ service, server, ...rest }) => [rowKey(service, server), rest] as const));
  const services = answer.services.map((row) => {
    const found = settings.get(rowKey(row.name, row.server));
    return found ? { ...row, settings: found } : row;
  });
  const taken = new Map(allocated?.map(({ server, usable: _, ...rest }) => [server, rest]));
  const servers = answer.servers.map((row) => {
    const found = taken.get(row.name);
    return found ? { ...row, settings: found } : row;
  });
  return { ...answer, servers, services, allocation, notes };
}

/** What concerns one server, or all where none is named; what is found about no server in particular stays. */
export function ofServer<Answer extends FleetAnswer>(answer: Answer, name: string | undefined): Answer {
  if (name === undefined) return answer;
  return {
    ...answer,
    servers: answer.servers.filter((server) => server.name === name),
    services: answer.services.filter(({ server }) => server === name),
    findings: answer.findings.filter(({ server = name }) => server === name),
  };
}

/** Whether a server with a declared budget is over it, or (strictly) may be. */
export function isOverBudget({ servers, findings }: FleetResult, { isStrict }: { isStrict: boolean }): boolean {
  const budgeted = new Set(servers.filter(({ isBudgeted }) => isBudgeted).map(({ name }) => name));
  return (
    servers.some(({ isBudgeted, fits }) => isBudgeted && (fits === 'no' || (isStrict && fits !== 'yes'))) ||
    (isStrict && budgeted.size > 0 && findings.some(isUnreadFile)) ||
    findings.some(({ severity, server }) => severity === 'error' && server !== undefined && budgeted.has(server))
  );
}
