/** `poolctl/fleet`: one budget for all services of a server, from the files of a repository or from a model of your own. */
export { allocateFleet } from '../budget/allocate.ts';
export { withDeclaredQuotas } from '../budget/allocation/declared-quotas.ts';
export type {
  AllocatedPool,
  AllocatedServer,
  FleetAllocation,
  FloorsBeyond,
  UnknownPool,
} from '../budget/allocation.ts';
export type {
  FleetAnswer,
  FleetFinding,
  Moment,
  RoleAnswer,
  ServerAnswer,
  ServiceAnswer,
  WorstMinute,
} from '../budget/answer.ts';
export { judgeFleet } from '../budget/judge-fleet.ts';
export type * from '../budget/model.ts';
export type { ServiceQuota } from '../budget/quota.ts';
export { quotasOf } from '../budget/quotas.ts';
export type { Surge } from '../declarations/manifests/surge.ts';
export type { SourceSpan } from '../declarations/source-span.ts';
export type { FileNote } from '../declarations/text-file.ts';
export type { EnforceTargetName } from '../enforce/list.ts';
export { enforceQuotas } from '../enforce/run.ts';
export type { EnforcedServer, EnforceFile, EnforceInput, Enforcement } from '../enforce/target.ts';
export type { FileTree } from '../fleet/file-tree.ts';
export { type ReadFleet, readFleet } from '../fleet/read-fleet.ts';
export type { FileText } from '../lint/disk/read-text.ts';
