import type { FleetFinding } from '../../budget/answer.ts';
import type { LeftOut } from './found-services.ts';
import type { JoinedFleet } from './model.ts';
import { defaultRemarks } from './remarks/defaults.ts';
import { differenceRemarks } from './remarks/differences.ts';
import { envRemarks } from './remarks/environment.ts';
import { hiddenPoolRemarks } from './remarks/hidden-pools.ts';
import { serverlessRemarks } from './remarks/serverless.ts';

/** What the reader tells beside the budget, each thing once for all services that it holds for. */
export function remarksOn(fleet: JoinedFleet, leftOut: readonly LeftOut[]): FleetFinding[] {
  return [
    ...serverlessRemarks(fleet),
    ...differenceRemarks(fleet, leftOut),
    ...envRemarks(fleet),
    ...hiddenPoolRemarks(fleet),
    ...defaultRemarks(fleet),
  ];
}
