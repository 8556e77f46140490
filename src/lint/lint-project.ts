import type { DeclaredPool } from '../declarations/declared-pool.ts';
import type { Environment } from '../declarations/environment.ts';
import type { DriverProfile } from '../profiles/driver.ts';
import type { LintConfig } from './config.ts';
import type { Finding } from './finding.ts';
import { findingOf, lintFile } from './lint-file.ts';
import type { Note, Project, ProjectFiles } from './project.ts';
import { rules } from './rules/index.ts';
import { severityOf } from './severity.ts';

/** What is linted, and what stands around it. */
export interface LintRequest {
  /** Relative to the root, with `/`. */
  readonly paths: readonly string[];
  readonly files: ProjectFiles;
  readonly profiles: ReadonlyMap<string, DriverProfile>;
  /** With the overrides for that file. */
  configOf(path: string): LintConfig;
}

export interface LintResult {
  /** By file and place. */
  readonly findings: readonly Finding[];
  readonly notes: readonly Note[];
}

const noEnvironment: Environment = { valuesOf: () => [] };

/** Lints files of a project, each alone and then all together. */
export function lintProject({ paths, files, profiles, configOf }: LintRequest): LintResult {
  const findings: Finding[] = [];
  const notes: Note[] = [];
  const pools: DeclaredPool[] = [];
  const surroundings = { files, profiles, environment: noEnvironment };
  for (const path of paths) {
    const text = files.read(path);
    if (text === undefined) {
      notes.push({ file: path, why: 'it cannot be read as text' });
      continue;
    }
    const linted = lintFile(text, path, { ...surroundings, config: configOf(path), versionOf: () => undefined });
    findings.push(...linted.findings);
    notes.push(...linted.notes);
    pools.push(...linted.pools);
  }
  findings.push(...judgeProject({ ...surroundings, config: configOf(''), pools }));
  return { findings: findings.sort(byPlace), notes };
}

function judgeProject(project: Project): Finding[] {
  return Object.entries(rules).flatMap(([id, rule]) => {
    if (severityOf(id, rule, project.config) === undefined) return [];
    return [...(rule.checkProject?.(project) ?? [])].map((report) => findingOf(id, rule, report, project.config));
  });
}

function byPlace({ place: a, rule: first }: Finding, { place: b, rule: second }: Finding): number {
  return compare(a.file, b.file) || a.start - b.start || compare(first, second);
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
