import type { DeclaredPool } from '../declarations/declared-pool.ts';
import { environmentOf, isEnvFile } from '../declarations/environment.ts';
import { mayBeManifest, readManifests } from '../declarations/manifests/index.ts';
import type { FileNote, TextFile } from '../declarations/text-file.ts';
import type { DriverProfile } from '../profiles/driver.ts';
import type { LintConfig } from './config.ts';
import type { Finding } from './finding.ts';
import { findingOf, lintFile } from './lint-file.ts';
import type { Project, ProjectFiles } from './project.ts';
import { rules } from './rules/index.ts';
import { severityOf } from './severity.ts';

/** What is linted, and what stands around it. */
export interface LintRequest {
  /** Every file of the project that is not ignored, relative to the root, with `/`. */
  readonly paths: readonly string[];
  /** Whether findings of a file are wanted; the others are read for what they say of it. */
  isWanted?(path: string): boolean;
  readonly files: ProjectFiles;
  readonly profiles: ReadonlyMap<string, DriverProfile>;
  /** With the overrides for that file. */
  configOf(path: string): LintConfig;
}

export interface LintResult {
  /** By file and place. */
  readonly findings: readonly Finding[];
  /** What was not judged, and why. */
  readonly notes: readonly FileNote[];
}

/** Lints files of a project, each alone and then all together. */
export function lintProject({ paths, isWanted = () => true, files, profiles, configOf }: LintRequest): LintResult {
  const findings: Finding[] = [];
  const notes: FileNote[] = [];
  const pools: DeclaredPool[] = [];
  const { surroundings, texts } = readSurroundings(paths, files);
  notes.push(...surroundings.manifests.notes);
  for (const path of paths) {
    const text = texts.get(path);
    if (text === undefined) continue;
    const context = { config: configOf(path), profiles, files, environment: surroundings.environment };
    const linted = lintFile(text, path, { ...context, versionOf: () => undefined });
    findings.push(...linted.findings);
    notes.push(...linted.notes);
    pools.push(...linted.pools);
  }
  findings.push(...judgeProject({ ...surroundings, files, profiles, config: configOf(''), pools, paths }));
  return {
    findings: findings.filter(({ place }) => isWanted(place.file)).sort(byPlace),
    notes: notes.filter(({ file }) => isWanted(file)),
  };
}

/** What the files say together: services, poolers, variables. */
function readSurroundings(paths: readonly string[], files: ProjectFiles) {
  const texts = new Map<string, string>();
  for (const path of paths) {
    const text = files.read(path);
    if (text !== undefined) texts.set(path, text);
  }
  const all: TextFile[] = [...texts].map(([file, text]) => ({ file, text }));
  const read = (file: string) => files.read(file);
  const manifests = readManifests(
    all.filter(({ file, text }) => mayBeManifest(file, text)),
    read,
  );
  const environment = environmentOf(
    all.filter(({ file }) => isEnvFile(file)),
    manifests,
  );
  return { texts, surroundings: { manifests, environment } };
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
