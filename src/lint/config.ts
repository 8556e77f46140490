import type { EngineId } from '../base/engine.ts';
import type { Severity } from './finding.ts';

export const configFile = 'poolctl.yaml';

export const presets = ['recommended', 'strict', 'library'] as const;
export type Preset = (typeof presets)[number];

/** A server that pools of the project connect to, and the budget that is declared for it. */
export interface DeclaredServer {
  /** The host name that pools connect to, where it is not the server's name here. */
  readonly host?: string;
  readonly maxConnections?: number;
  /** A profile of `profiles/servers`, with its class behind a colon where it has some: `aws-rds-postgres:db.r6g.large`. */
  readonly profile?: string;
  /** What the profile says of its engine, and its words for the limit where it comes from there: `aws-rds-postgres db.r6g.large`. */
  readonly engine?: EngineId;
  readonly limitFrom?: string;
  /** Slots that nobody's pool may take. */
  readonly reserved?: number;
  /** Other clients of the server. */
  readonly others?: number;
}

/** What poolctl.yaml says to `lint`, with its preset and the overrides for one file applied. */
export interface LintConfig {
  readonly preset: Preset;
  readonly rules: Readonly<Record<string, Severity | 'off'>>;
  /** What holds outside the repository, so that its absence is no finding. */
  readonly assume: {
    /** Set for the role or on the server. */
    readonly statementTimeout?: boolean;
    readonly slowQueryLog?: boolean;
    /** The platform ends the process and its connections. */
    readonly shutdown?: boolean;
    readonly pooler?: 'transaction' | 'session' | 'none';
  };
  readonly thresholds: {
    readonly connectionLimit: number;
    readonly acquireTimeoutMs: number;
    readonly connectTimeoutMs: number;
  };
  /** Names of the project's own functions that lend a connection, take it back, or call another service. */
  readonly acquire: readonly string[];
  readonly release: readonly string[];
  readonly externalCalls: readonly string[];
  readonly servers: Readonly<Record<string, DeclaredServer>>;
  readonly fleet: FleetPart;
}

/** The fleet that the project is part of. */
export interface FleetPart {
  /** The fleet's lock, by its path from the root; fleet.lock.json where there is one and nobody says. */
  readonly lock?: string;
  /** What fleet.yaml calls the service of this repository. */
  readonly service?: string;
}

export const defaultConfig: LintConfig = {
  preset: 'recommended',
  rules: {},
  assume: {},
  thresholds: { connectionLimit: 100, acquireTimeoutMs: 30_000, connectTimeoutMs: 10_000 },
  acquire: [],
  release: [],
  externalCalls: [],
  servers: {},
  fleet: {},
};

/** The settings of the whole project. */
export interface ProjectConfig {
  /** Whether `lint.ignore` names the file. */
  isIgnored(path: string): boolean;
  /** For the project as a whole, or for a file with the overrides that name it. */
  configOf(path?: string): LintConfig;
}

/** Of a project without poolctl.yaml. */
export const defaultProject: ProjectConfig = { isIgnored: () => false, configOf: () => defaultConfig };
