import type { FileNote } from '../declarations/text-file.ts';
import type { DriverOptions } from '../profiles/driver.ts';
import type { LintFacts } from '../profiles/lint-facts.ts';
import { type BudgetTable, budgetTables } from './budget/table.ts';
import { byFile } from './by-file.ts';
import type { ProjectConfig } from './config.ts';
import { digest } from './digest.ts';
import { libraryEvidence } from './evidence.ts';
import type { Finding } from './finding.ts';
import { hostOf } from './host.ts';
import { isCode, isRead } from './kinds.ts';
import { findingOf, type LintedFile, lintFile } from './lint-file.ts';
import { saidOnce } from './pools/said-once.ts';
import type { Project, ProjectFiles } from './project.ts';
import { checkQuotas } from './quota/check-quotas.ts';
import { rules } from './rules/index.ts';
import { severityOf } from './severity.ts';
import { applyDirectives } from './suppress/apply.ts';
import { readSurroundings, type Surroundings } from './surroundings.ts';
import { isTestCode } from './test-code.ts';
import { type Stopwatch, unmeasured } from './timing.ts';
import { versionsIn } from './versions.ts';

/** What is linted, and what stands around it. */
export interface LintRequest {
  /** Every file of the project that is not ignored, relative to the root, with `/`. */
  readonly paths: readonly string[];
  /** Whether findings of a file are wanted; the others are read for what they say of it. */
  isWanted?(path: string): boolean;
  readonly files: ProjectFiles;
  readonly profiles: ReadonlyMap<string, DriverOptions>;
  readonly facts: LintFacts;
  readonly config: ProjectConfig;
  readonly time?: Stopwatch;
  readonly cache?: FileCache;
  /** Every file of code is read, and names are evidence of a library. */
  readonly isAudit?: boolean;
}

/** What is known of a file from an earlier run. */
export interface FileCache {
  /**
   * Lints the file, or answers what is known of it where neither it nor what it asked about other files has changed.
   * `settings` is all else that it depends on.
   */
  linted(path: string, text: string, settings: string, lint: (files: ProjectFiles) => LintedFile): LintedFile;
}

export interface LintResult {
  /** By file and place. */
  readonly findings: readonly Finding[];
  /** How many findings suppressions in the files have taken away. */
  readonly suppressed: number;
  /** What was not judged, and why. */
  readonly notes: readonly FileNote[];
  /** How many files of a kind that is linted were read. */
  readonly filesRead: number;
  readonly budgets: readonly BudgetTable[];
  /** What a file's own rules would find in another text of it. */
  again(path: string, text: string): Pick<LintedFile, 'findings' | 'notes'>;
}

/** Lints files of a project, each alone and then all together. */
export function lintProject(request: LintRequest): LintResult {
  const { paths, isWanted = () => true, files, profiles, facts, config, time = unmeasured, isAudit = false } = request;
  const texts = time('reading', () => readAll(paths, files));
  const surroundings = time('manifests', () => readSurroundings(texts.keys(), files));
  const { manifests, environment } = surroundings;
  const linted = lintEach(request, texts, surroundings);
  const project = {
    ...{ files, profiles, facts, environment, manifests, paths, config: config.configOf(), isAudit },
    pools: linted.flatMap(({ path, pools }) => (isTestCode(path) ? [] : pools)),
  };
  const findings = [...linted.flatMap((file) => file.findings), ...judgeProject(project, config, time)];
  const judged = suppress(
    saidOnce(findings, project).filter(({ place }) => isWanted(place.file)),
    texts,
    request,
  );
  const notes = [...checkQuotas(project).notes, ...manifests.notes, ...linted.flatMap((file) => file.notes)];
  return {
    ...judged,
    findings: [...judged.findings].sort(byPlace),
    notes: notes.filter(({ file }) => isWanted(file)),
    filesRead: [...texts.keys()].filter(isWanted).length,
    budgets: time('budgets', () => budgetTables(project)),
    again(path, text) {
      const { notes: own, ...found } = lintOne(request, path, text, surroundings, withText(files, path, text));
      return { ...applyDirectives(found.findings, { text, path }, config.configOf(path), isOfOneFile), notes: own };
    },
  };
}

/** The files, one of them with another text. */
function withText(files: ProjectFiles, path: string, text: string): ProjectFiles {
  return {
    read: (file) => (file === path ? text : files.read(file)),
    exists: (file) => file === path || files.exists(file),
  };
}

/** Whether a rule finds all that it finds in a file by that file alone. */
export function isOfOneFile(rule: string): boolean {
  return rules[rule]?.checkProject === undefined;
}

function readAll(paths: readonly string[], files: ProjectFiles): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  for (const path of paths.filter(isRead)) {
    const text = files.read(path);
    if (text !== undefined) texts.set(path, text);
  }
  return texts;
}

function lintEach(request: LintRequest, texts: ReadonlyMap<string, string>, around: Surroundings) {
  const { files, config, time = unmeasured, cache, isAudit } = request;
  const { environment, sources } = around;
  const mayUseLibrary = libraryEvidence(hostOf({ files, environment }));
  const surroundings = cache ? digest(JSON.stringify(sources)) : '';
  const settingsOf = (path: string) => `${JSON.stringify(config.configOf(path))} ${surroundings}`;
  return [...texts].flatMap(([path, text]) => {
    if (isCode(path) && !isAudit && !time('prefilter', () => mayUseLibrary(path, text))) return [];
    const lint = (seen: ProjectFiles) => lintOne(request, path, text, around, seen);
    return [{ path, ...(cache ? cache.linted(path, text, settingsOf(path), lint) : lint(files)) }];
  });
}

function lintOne(
  { files, profiles, facts, config, time = unmeasured, isAudit = false }: LintRequest,
  path: string,
  text: string,
  { environment, manifests }: Surroundings,
  seen = files,
): LintedFile {
  const versions = versionsIn(seen);
  const versionOf = (name: string) => versions(name, path);
  const own = config.configOf(path);
  const context = { config: own, profiles, facts, files: seen, environment, manifests, versionOf, isAudit };
  return lintFile(text, path, context, time);
}

/** Rules on the project, by the settings of the file that each finding is in. */
function judgeProject(project: Project, { configOf }: ProjectConfig, time: Stopwatch): Finding[] {
  return Object.entries(rules).flatMap(([id, rule]) => {
    if (!rule.checkProject) return [];
    const reports = time(id, () => [...(rule.checkProject?.(project) ?? [])]);
    return reports
      .filter(({ place }) => severityOf(id, rule, configOf(place.file)) !== undefined)
      .map((report) => findingOf(id, rule, report, configOf(report.place.file)));
  });
}

function suppress(findings: readonly Finding[], texts: ReadonlyMap<string, string>, request: LintRequest) {
  const found = byFile(findings);
  const judged = [...texts]
    .filter(([path]) => request.isWanted?.(path) ?? true)
    .map(([path, text]) => applyDirectives(found.get(path) ?? [], { text, path }, request.config.configOf(path)));
  return {
    findings: judged.flatMap((file) => file.findings),
    suppressed: judged.reduce((sum, file) => sum + file.suppressed, 0),
  };
}

function byPlace({ place: a, rule: first }: Finding, { place: b, rule: second }: Finding): number {
  return compare(a.file, b.file) || a.start - b.start || compare(first, second);
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
