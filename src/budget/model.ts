import type { EngineId } from '../base/engine.ts';
import type { Surge } from '../declarations/manifests/surge.ts';
import type { SourceSpan } from '../declarations/source-span.ts';
import type { Workload } from '../size/workload.ts';

/** A number of instances, processes or connections: what files say, or why they do not. */
export type FleetCount = KnownCount | UnknownCount;

export interface KnownCount {
  readonly kind: 'known';
  readonly value: number;
  /** Where it is written, in words: "maxReplicas in k8s/hpa.yaml", "default of pg". */
  readonly from?: string;
  readonly place?: SourceSpan;
}

export interface UnknownCount {
  readonly kind: 'unknown';
  /** It is no less than this; what adds up to "at least". */
  readonly atLeast: number;
  /** "it is in a Secret". */
  readonly why: string;
  /** What the user can write, and where, to settle it. */
  readonly settledBy: string;
  readonly place?: SourceSpan;
}

/** Everything that takes connections of some servers, as files and their owner say; what the budget is worked out from. */
export interface FleetModel {
  readonly servers: readonly BudgetServer[];
  readonly services: readonly BudgetService[];
  /** How many releases roll out at once in the worst minute. What is of one release always rolls together. */
  readonly rolloutsAtOnce: number | 'all';
}

/** A server, or the clients' side of a pooler, with what it lets in. */
export interface BudgetServer {
  readonly name: string;
  /** The names that clients connect to, where they are others than `name`. */
  readonly hosts?: readonly string[];
  readonly place?: SourceSpan;
  readonly engine?: EngineId;
  /** Of a pooler: its client slots. What it opens itself is a service, named as this server is. */
  readonly counts: 'server connections' | 'pooler clients';
  readonly limit: ServerLimit | UnknownCount;
  /** Whether the owner declared a budget: only then may the answer be exit code 1. */
  readonly isBudgeted: boolean;
  /** Whether old instances that end slowly are part of the worst minute, because the owner says so. */
  readonly countsTerminating: boolean;
  /** Its primary, by the name of that server here: where it goes when that one fails. */
  readonly replicaOf?: string;
}

/** Counts are connections; of a pooler, clients. */
export interface ServerLimit {
  readonly kind: 'limit';
  readonly maxConnections: number;
  /** Slots that no ordinary role may take. */
  readonly reserved: number;
  /** Other clients by name: admin, reports. */
  readonly others: readonly NamedConnections[];
  /** What the owner grants these services in all, below what the server has: an application's budget. */
  readonly granted?: number;
  /** CONNECTION LIMIT of a role, max_user_connections of an account: by the role that pools name. */
  readonly roles: readonly NamedConnections[];
  /** Computed from a class of the provider, and not read from the server: "aws-rds-postgres db.r6g.large". */
  readonly estimatedBy?: string;
}

export interface NamedConnections {
  readonly name: string;
  readonly connections: number;
}

/** A program in as many instances as its platform starts. */
export interface BudgetService {
  readonly name: string;
  /** "Deployment", "ECS service", "compose service", "PgBouncer". */
  readonly kind: string;
  /** Of Kubernetes. */
  readonly namespace?: string;
  /** What its platform calls it, where the fleet calls it otherwise. */
  readonly objectName?: string;
  readonly place?: SourceSpan;
  /** What rolls out together with it; left out: it rolls alone. */
  readonly release?: string;
  readonly instances: {
    /** In normal running: as declared, or the autoscaler's least. */
    readonly normal: FleetCount;
    /** The autoscaler's most. */
    readonly most: FleetCount;
  };
  /** Instances that a roll-out adds to those that run. Blue/green is 100 %; Recreate is none. */
  readonly surge: Surge;
  /** When it may be rolled out; left out: at any time. */
  readonly window?: RolloutWindow;
  /** Old instances that a roll-out stops before their replacements are up (maxUnavailable; all with Recreate); none where left out. */
  readonly replacedAtOnce?: Surge;
  /** Old instances that keep their pools until they have ended: all of them, for most platforms. */
  readonly terminates: boolean;
  /** Whether a new instance may stand beside an old one that ends outside of roll-outs too: the pods of a Job. */
  readonly isReplacedAnytime?: boolean;
  /** Processes of an instance, each with pools of its own. */
  readonly processes: FleetCount;
  readonly pools: readonly BudgetPool[];
  readonly extras: readonly ExtraConnections[];
  readonly runs: Runs;
  /** The pooler whose server side this is, by the name of its server here. */
  readonly pooler?: string;
  /** Of a pooler: it lends a connection for one transaction, so that the load of its clients is its own. */
  readonly poolsTransactions?: boolean;
  /** Of a pooler: why nothing caps what it opens, "max_db_connections is off". */
  readonly unbounded?: string;
  /** Of a pooler: after how long it ends a client whose query runs on at the server, where no limit of its own counts it. */
  readonly queryTimeoutSeconds?: number;
  /** Connections that a governor divides among the live instances, whatever their number. */
  readonly dividedTotal?: number;
}

/** One or more pools of a process to one server. */
export interface BudgetPool {
  /** A server of the fleet, by name. */
  readonly to: string;
  /** The most connections of one process to that server, by its pools together. */
  readonly size: FleetCount;
  /** What `size` adds up, where it is more than one pool: 20 of the pool, 2 of pg-boss. */
  readonly parts: readonly (NamedConnections & { readonly place?: SourceSpan })[];
  /** Names the setting for the user: "max", "pool_size + max_overflow". */
  readonly setting?: string;
  /** The role or account that it logs in with. */
  readonly role?: string;
  /** Connections that one request may hold at once, where it takes a second while it holds one; 1 otherwise. */
  readonly nested: number;
  readonly load?: FleetLoad;
  /** Where its load is measured, until that is asked: reading files asks nobody. */
  readonly loadSource?: LoadSource;
  /** How much a waiting millisecond weighs here beside other services; 1 where nobody says. */
  readonly priority: number;
  readonly place?: SourceSpan;
}

/** A source of metrics that the owner names, and what he writes beside it, which wins. */
export interface LoadSource {
  /** `prometheus://host:9090?service=api`, or files. */
  readonly from: string;
  /** The file that names it, relative to the folder of the user: files are named from its folder. */
  readonly file: string;
  readonly written: Workload;
  readonly place?: SourceSpan;
}

/** What all instances of a service together ask of one server. */
export interface FleetLoad {
  /** `scope` is 'fleet': arrivalRatePerSecond is that of all instances together. */
  readonly workload: Workload;
  /** In words: "fleet.yaml", "prometheus.json, peak hour Tue 14:00". */
  readonly from: string;
}

/** Connections outside the pools: health checks, LISTEN, a leader's lock, migrations, an autoscaler's triggers. */
export interface ExtraConnections extends NamedConnections {
  readonly to: string;
  readonly per: 'instance' | 'new instance' | 'service' | 'rollout';
}

/** When a service runs. */
export type Runs =
  | { readonly kind: 'always' }
  /** Only while its release rolls out: a tool that deploys, a migration. */
  | { readonly kind: 'rollout' }
  | {
      readonly kind: 'schedule';
      /** Five fields of cron. */
      readonly cron: string;
      /** IANA name; UTC where nobody says. */
      readonly timeZone?: string;
      /** How long a run may last. Left out: unknown, so one may run at any time. */
      readonly lastsMs?: number;
      readonly overlaps: boolean;
    };

/** A stretch of the week, in UTC where no time zone is given. */
export interface RolloutWindow {
  /** 0 is Sunday; all where left out. */
  readonly days?: readonly number[];
  readonly fromMinute: number;
  /** Below `fromMinute` where it passes midnight. */
  readonly toMinute: number;
  readonly timeZone?: string;
}
