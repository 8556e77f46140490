import { declaredPoolsInConfig, mayDeclarePools } from '../declarations/config-files/index.ts';
import type { DeclaredPool } from '../declarations/declared-pool.ts';
import { sourceReaders } from '../declarations/sources/index.ts';
import type { FileNote } from '../declarations/text-file.ts';
import type { AnalysedCode } from './analysed-code.ts';
import type { LintConfig } from './config.ts';
import { digest } from './digest.ts';
import type { Finding } from './finding.ts';
import { hasOneCaller } from './flow/short-lived.ts';
import { isCode } from './kinds.ts';
import type { FileContext } from './project.ts';
import { readCode } from './read-code.ts';
import type { Rule, RuleReport } from './rule.ts';
import { rules } from './rules/index.ts';
import { severityOf } from './severity.ts';
import { isTestCode } from './test-code.ts';
import { type Stopwatch, unmeasured } from './timing.ts';

/** What one file says, and what its rules find in it. */
export interface LintedFile {
  readonly pools: readonly DeclaredPool[];
  readonly findings: readonly Finding[];
  readonly notes: readonly FileNote[];
}

/** The budget finds the pools of Python by what a service starts. */
function isReachedByImports(path: string): boolean {
  return path.endsWith('.py');
}

const nothing: LintedFile = { pools: [], findings: [], notes: [] };

/** Lints the text of one file, of code or of configuration. `path` is relative to the root of the project. */
export function lintFile(text: string, path: string, context: FileContext, time: Stopwatch = unmeasured): LintedFile {
  if (isCode(path)) return lintCode(text, path, context, time);
  const read = (file: string) => context.files.read(file);
  const source = sourceReaders.find((reader) => reader.claims({ file: path, text }));
  if (source) {
    const { environment } = context;
    const pools = time(source.language, () => source.pools({ file: path, text }, { read, environment }));
    return {
      pools: isReachedByImports(path) ? [] : pools,
      notes: [],
      findings: judge(path, pools, undefined, context, time),
    };
  }
  if (!mayDeclarePools({ file: path, text })) return nothing;
  const { pools, notes } = time('configuration files', () =>
    declaredPoolsInConfig({ file: path, text }, { read, environment: context.environment, profiles: context.profiles }),
  );
  return { pools, notes, findings: judge(path, pools, undefined, context, time) };
}

/** Lints a text of JavaScript or TypeScript: pure and synchronous, so that an editor can call it at each change. */
export function lintCode(text: string, path: string, context: FileContext, time: Stopwatch = unmeasured): LintedFile {
  try {
    const { code, notes } = time('code', () => readCode(text, path, context));
    if (!code) return { ...nothing, notes };
    return { pools: code.pools, notes, findings: judge(path, code.pools, code, context, time) };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    // The stack has an end, and generated code may be nested deeper.
    return { ...nothing, notes: [{ file: path, text: 'it is nested too deep to be read' }] };
  }
}

function judge(
  path: string,
  pools: readonly DeclaredPool[],
  code: AnalysedCode | undefined,
  context: FileContext,
  time: Stopwatch,
): Finding[] {
  const isTest = isTestCode(path);
  const hasNoLoad = code ? hasOneCaller(code.file) : isTest;
  return Object.entries(rules).flatMap(([id, rule]) => {
    if (severityOf(id, rule, context.config) === undefined) return [];
    const { inTests } = rule;
    return time(id, () => {
      const reports = [
        ...(hasNoLoad && inTests !== true ? [] : pools.flatMap((pool) => [...(rule.checkPool?.(pool, context) ?? [])])),
        ...(code && !(isTest && inTests === false) ? (rule.checkCode?.(code, context) ?? []) : []),
      ];
      return onceEach(reports).map((report) => findingOf(id, rule, report, context.config));
    });
  });
}

/** A place that makes a pool for each environment has the same to be said of it once. */
function onceEach(reports: readonly RuleReport[]): readonly RuleReport[] {
  return [
    ...new Map(
      reports.map((report) => [`${report.place.start} ${report.place.end} ${report.message}`, report]),
    ).values(),
  ];
}

/** A report with what the run knows; a severity that the configuration names wins over the report's own. */
export function findingOf(id: string, rule: Rule, report: RuleReport, config: LintConfig): Finding {
  const set = severityOf(id, rule, config) ?? 'warn';
  return {
    confidence: 'high',
    origins: [],
    related: [],
    ...report,
    // A hash, because it may hold a piece of the text, and findings are kept in caches.
    fingerprint: digest(report.fingerprint.replace(/\s+/g, '')),
    rule: id,
    severity: config.rules[id] === undefined ? (report.severity ?? set) : set,
  };
}
