/** `poolctl/watch`: servers that are looked at again and again: connections, waits, high-water marks, growth, alarms. */
export type { EngineId } from '../base/engine.ts';
export type { ConnectionCap, SessionGroup, Unseen } from '../engines/facts.ts';
export type { Protocol, SessionSettings, TargetParts, TlsSettings, TlsVersion } from '../engines/target.ts';
export { ConnectionTarget, type TlsMode } from '../engines/target.ts';
export type { PoolClock } from '../pools/clock.ts';
export type { ServeOptions, WatchSource } from '../serve/options.ts';
export { serveWatch, type WatchServer } from '../serve/serve.ts';
export { type GroupedSessions, type Grouping, type GroupWord, groupSessions } from '../watch/grouping.ts';
export { type LineAlarm, type WatchLine, watchLine } from '../watch/line.ts';
export type { Capacity, LongTransaction, PoolerPool, TargetLook, WatchedKind, Watcher } from '../watch/look.ts';
export type { SavedMarks } from '../watch/marks.ts';
export type { OpenWatcher, OpenWatcherOptions, WatchingOptions, WatchTarget } from '../watch/options.ts';
export type {
  AlarmSeverity,
  Growth,
  HighWater,
  Marks,
  Polls,
  RaisedAlarm,
  TargetPhase,
  TargetState,
  WatchAlarmName,
  WatchNotice,
  WatchRates,
  WatchState,
} from '../watch/state.ts';
export { type AlarmLimits, alarmThresholds, type LimitedAlarm } from '../watch/thresholds.ts';
export { type Watching, watchTargets } from '../watch/watch-targets.ts';
