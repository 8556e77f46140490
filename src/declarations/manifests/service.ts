import type { EngineId } from '../../base/engine.ts';
import type { SourceSpan } from '../source-span.ts';
import type { Resolved } from '../value.ts';
import type { MountedFile } from './container.ts';
import type { Surge } from './surge.ts';

export type ServiceKind =
  | 'compose service'
  | 'Deployment'
  | 'StatefulSet'
  | 'DaemonSet'
  | 'Job'
  | 'CronJob'
  | 'ECS service'
  | 'Cloud Run service'
  | 'Lambda function'
  | 'Vercel functions';

/** A database server that a manifest starts. */
export interface ServerInManifest {
  readonly engine: EngineId;
  /** Unknown where the manifest does not set it: it is then the image's default, which may be built in differently. */
  readonly maxConnections: Resolved;
  /** How long a session may be idle before the server ends it, where the manifest sets it. */
  readonly idleLimitMs?: Resolved;
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
  /** Processes of one instance, each with pools of its own. Unknown where the command does not say. */
  readonly processes: Resolved;
  /** Variables as its containers see them. Values of secrets are unknown, and kept nowhere. */
  readonly env: ReadonlyMap<string, Resolved>;
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
}
