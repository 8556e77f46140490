/** `poolctl/probe`: a live load probe of a server. */

export type { LoadFailureKind, LoadStatement } from '../drivers/driver.ts';
export { ConnectionTarget, type TlsMode } from '../engines/target.ts';
export type { Control, Look } from '../probe/control/control.ts';
export type { ReplicaSight } from '../probe/control/replicas.ts';
export type { OnProbeEvent, ProbeEvent } from '../probe/events.ts';
export { type ProbeOptions, probeServer } from '../probe/library.ts';
export type { Tick } from '../probe/load/model.ts';
export type { RampPlan } from '../probe/plan/plan.ts';
export type { Planned } from '../probe/plan/planned.ts';
export type { PoolerRequest } from '../probe/pooler/meet.ts';
export type { ProbeArrivals, ProbeRequest, ProbeTask } from '../probe/request.ts';
export type * from '../probe/result.ts';
export type { Probed, ProbePlan } from '../probe/run/probe.ts';
export type { ShardsExpected, WatchLimits } from '../probe/run/watch.ts';
export type { CommonStart, MeetingTimes, ServerClock, ShardMeeting } from '../probe/shards/meeting.ts';
export { holdWorkload, parseHold } from '../probe/workload/hold.ts';
export type { ProbeWorkload, Script, ScriptStatement, VariableLaw } from '../probe/workload/model.ts';
export type { SqlOptions, SqlSource } from '../probe/workload/scripts.ts';
export { sqlWorkload } from '../probe/workload/scripts.ts';
export type { ReadText } from '../probe/workload/variables.ts';
export { HdrHistogram } from '../stats/hdr/hdr-histogram.ts';
