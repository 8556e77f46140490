import type { ServerFacts } from '../../engines/facts.ts';
import type { Session } from '../../engines/session.ts';
import type { MeetingTimes, ShardMeeting } from '../shards/meeting.ts';
import type { ReplicaSight } from './replicas.ts';

/** What a short look at the server shows during a load. */
export interface Look {
  /** What the server would still let in for this user. */
  readonly freeConnections: number;
  /**
   * Sessions of others, all and those that do something. Those of the same plan are no others; on MySQL and MariaDB, which
   * do not name sessions, its idle ones are among `others`.
   */
  readonly others: number;
  readonly othersActive: number;
  /** The load's own sessions in a statement, and those of them that wait for a lock, as far as the server shows it. */
  readonly own?: { readonly active: number; readonly lockWaiting: number };
  /** The farthest a replica is behind, where that can be seen. */
  readonly replicationLagMs?: number;
  /** How many replicas show how far they are behind, this server among them; none where it is left out. */
  readonly replicas?: number;
  /** Replicas whose lag this user may not see; none where it is left out. */
  readonly hiddenReplicas?: number;
  /** Other probes of poolctl on the server, by the name of their run. */
  readonly otherProbes?: readonly string[];
  /** Of a shard's control: the shards of its plan that are at their meeting, from 0, in order. */
  readonly planShards?: readonly number[];
  /** What the console of the pooler shows that the load goes through. */
  readonly pooler?: { readonly waiting: number; readonly servers: number; readonly freeClients: number };
  /** How long the look itself took. */
  readonly tookMs: number;
}

/**
 * The session that stays outside of the load: opened before it, closed after it. It alone can end what the load's
 * sessions do: a socket that is closed ends no statement.
 */
export interface Control {
  readonly session: Session;
  facts(): Promise<ServerFacts>;
  /** Whether replicas can be watched through this session. */
  replicas(facts: ServerFacts): Promise<ReplicaSight>;
  /**
   * Shows other probes that this one is there. Names those that were first; nothing is then claimed. Shards of one plan do
   * not keep each other out. @throws PoolctlError SHARD_TAKEN where another process is this shard
   */
  claim(): Promise<readonly string[]>;
  /** `own`: process ids of the load, which are not others. */
  look(own: readonly number[]): Promise<Look>;
  /** Which of these sessions are still there, and are still ours (by user and, where the server shows it, by tag). */
  alive(processIds: readonly number[]): Promise<number[]>;
  /** Stops the statements of these sessions, then ends the sessions. */
  cancel(processIds: readonly number[]): Promise<void>;
  terminate(processIds: readonly number[]): Promise<void>;
  /** Stops what runs longer than the load may, where its sessions have no limits of their own: through a pooler. */
  stopOverdue(limits: { readonly statementTimeoutMs: number; readonly lockTimeoutMs: number }): Promise<void>;
  /** Runs statements that write, on a session of their own, for the schema of a workload. */
  write(statements: readonly string[]): Promise<void>;
  /** Where a shard finds those of its plan, on this session; of a control that was opened with `shard`. */
  meeting(times: MeetingTimes): ShardMeeting;
  close(): Promise<void>;
}
