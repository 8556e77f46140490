import type { EngineId } from '../../base/engine.ts';
import type { SourceSpan } from '../source-span.ts';
import type { Resolved } from '../value.ts';
import type { MountedFile, ProgramBeside } from './container.ts';
import type { Surge } from './surge.ts';

export type ServiceKind =
  | 'compose service'
  | 'Deployment'
  | 'StatefulSet'
  | 'DaemonSet'
  | 'Rollout'
  | 'Job'
  | 'CronJob'
  | 'ECS service'
  | 'Cloud Run service'
  | 'Lambda function'
  | 'Vercel functions'
  | 'Azure container app'
  | 'PM2 application';

/** A database server that a manifest starts. */
export interface ServerInManifest {
  readonly engine: EngineId;
  /** Unknown where the manifest does not set it: it is then the image's default, which may be built in differently. */
  readonly maxConnections: Resolved;
  /** How long a session may be idle before the server ends it, where the manifest sets it. */
  readonly idleLimitMs?: Resolved;
  readonly place: SourceSpan;
}

/** When the runs of a CronJob begin. */
export interface RunSchedule {
  /** Five fields of cron, or a name such as `@daily`. */
  readonly cron: string;
  /** IANA name; UTC where nobody says. */
  readonly timeZone?: string;
  /** How long a run may last (activeDeadlineSeconds); left out where nothing bounds it. */
  readonly lastsMs?: number;
  /** Whether a run begins while the one before still lasts. */
  readonly overlaps: boolean;
  /** Instances of one run. */
  readonly instances: Resolved;
}

/** Connections that an autoscaler holds to the database that it asks: one for each trigger. */
export interface ScalerConnections {
  readonly connections: number;
  readonly engine: EngineId;
  readonly place: SourceSpan;
}

/** A program that manifests start, in as many instances as they say. */
export interface DeployedService {
  readonly name: string;
  readonly kind: ServiceKind;
  /** The host names that others reach it by, the shortest form of each. */
  readonly hosts: readonly string[];
  readonly namespace?: string;
  /** Where it is declared. */
  readonly place: SourceSpan;
  /** Instances in normal running: as declared, or the autoscaler's least. */
  readonly replicas: Resolved;
  /** The most instances without a roll-out: the autoscaler's most, or as declared. */
  readonly most: Resolved;
  /** The instances above `most` while a new version replaces the old one; `surgeAt` gives their number. */
  readonly surge: Surge;
  /** Old instances that a roll-out stops before their replacements are up: maxUnavailable of a Deployment, all with Recreate. */
  readonly replacedAtOnce?: Surge;
  /** A roll-out waits until old instances have ended: Recreate. */
  readonly stopsFirst?: true;
  /** Processes of one instance, each with pools of its own. Unknown where the command does not say. */
  readonly processes: Resolved;
  /** Variables as its containers see them. Values of secrets are unknown, and kept nowhere. */
  readonly env: ReadonlyMap<string, Resolved>;
  /** Programs in further containers of an instance, with pools of their own. */
  readonly beside?: readonly ProgramBeside[];
  /** Entry point, command and arguments, as far as the manifest has them. */
  readonly command: readonly string[];
  readonly images: readonly string[];
  /** Files of the project that its containers see. */
  readonly files?: readonly MountedFile[];
  /** Directories that its images are built from, relative to the root. */
  readonly builds: readonly string[];
  /** The database server that it is. */
  readonly server?: ServerInManifest;
  /** What is rolled out together, and apart from other releases: a compose file, a Helm release, a directory. */
  readonly release: string;
  /** What an upgrade rolls out together with it: its Helm release. */
  readonly upgradedWith?: string;
  /** It runs only when somebody asks for it: a compose service with a profile. */
  readonly onDemand?: true;
  /** It runs only while its release rolls out: a hook of Helm or Argo CD. */
  readonly duringRollout?: true;
  /** When it runs, where that is not always. `most` counts the runs that overlap. */
  readonly schedule?: RunSchedule;
  /** What its autoscaler itself connects to. */
  readonly scaler?: ScalerConnections;
  /** What makes its pool where no code of it is read, by the module that it is built from. */
  readonly driver?: 'pgxpool';
  /** Its instances are taken from what the account has for all its functions together. */
  readonly sharesConcurrency?: true;
}
