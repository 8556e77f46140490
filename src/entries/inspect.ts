/** `poolctl/inspect`: what a live server lets in, which users are connected, and what is wrong on the way to it. */
export type { CheckOutcome, CheckResult, FoundTarget } from '../doctor/check.ts';
export { type DoctorInput, doctor } from '../doctor/doctor.ts';
export type {
  AnnouncedPooler,
  ConnectionCap,
  ConnectionLimits,
  LiveTimeLimit,
  ServerFacts,
  SessionGroup,
  Sessions,
  Unseen,
} from '../engines/facts.ts';
export type { ServerIdentity } from '../engines/identity.ts';
export type { Row } from '../engines/rows.ts';
export type { Session } from '../engines/session.ts';
export type { Protocol, SessionSettings, TargetParts, TlsSettings, TlsVersion } from '../engines/target.ts';
export { ConnectionTarget, type TlsMode } from '../engines/target.ts';
export type { Detected } from '../inspect/detect.ts';
export { type InspectOptions, inspectServer } from '../inspect/inspect.ts';
export type { Inspection } from '../inspect/inspection.ts';
export type { ProbeLeftover } from '../inspect/leftovers.ts';
export type { Lifetimes } from '../inspect/lifetimes.ts';
export type { LiveBudget } from '../inspect/live-budget.ts';
export { inspectionWarnings } from '../inspect/warnings.ts';
