import type { DeclaredOption, DeclaredPool } from '../../src/declarations/declared-pool.ts';
import type { SourceSpan } from '../../src/declarations/source-span.ts';
import type { Resolved, Scalar } from '../../src/declarations/value.ts';
import type { LintConfig } from '../../src/lint/config.ts';
import type { FileContext } from '../../src/lint/project.ts';
import type { RuleReport } from '../../src/lint/rule.ts';
import { rules } from '../../src/lint/rules/index.ts';
import type { DriverProfile } from '../../src/profiles/driver.ts';
import { profileIds } from '../../src/profiles/files.ts';
import { parseShipped } from '../../src/profiles/shipped.ts';

export const drivers: ReadonlyMap<string, DriverProfile> = new Map(
  profileIds('drivers').map((id) => [id, parseShipped('drivers', id) as DriverProfile]),
);

const nowhere: SourceSpan = { file: 'pool.ts', start: 0, end: 0, line: 1, column: 1, endLine: 1, endColumn: 1 };

/** A value that nothing of the file tells. */
export const unknown: Resolved = { kind: 'unknown', why: 'a parameter', origins: [] };

type Written = Readonly<Record<string, Scalar | Resolved>>;

/** A pool with these options, in the order given; a value is a literal or a `Resolved`. */
export function poolOf(
  library: string,
  options: Written = {},
  more: Partial<Omit<DeclaredPool, 'options'>> = {},
): DeclaredPool {
  return {
    library,
    package: library,
    place: nowhere,
    made: 'createPool',
    name: 'pool',
    lives: 'module',
    ...more,
    options: Object.entries(options).map(([name, value]): DeclaredOption => {
      const isScalar = typeof value !== 'object' || value === null;
      const resolved: Resolved = isScalar ? { kind: 'known', value, origins: [] } : value;
      return { name, value: resolved, place: nowhere, keyPlace: nowhere };
    }),
  };
}

const config: LintConfig = {
  preset: 'recommended',
  rules: {},
  assume: {},
  thresholds: { connectionLimit: 100, acquireTimeoutMs: 30_000, connectTimeoutMs: 10_000 },
  acquire: [],
  release: [],
  externalCalls: [],
  servers: {},
};

/** What rules are told, with these files in the project. */
export function contextOf(
  files: Readonly<Record<string, string>> = {},
  more: Partial<LintConfig> = {},
  versions: Readonly<Record<string, string>> = {},
): FileContext {
  return {
    config: { ...config, ...more },
    profiles: drivers,
    files: { read: (file) => files[file], exists: (file) => Object.hasOwn(files, file) },
    versionOf: (name) => versions[name],
  };
}

/** What a rule says of one pool. */
export function reportsOn(rule: string, pool: DeclaredPool, context: FileContext = contextOf()): RuleReport[] {
  const checks = rules[rule];
  if (!checks) throw new Error(`no rule ${rule}`);
  return [...(checks.checkPool?.(pool, context) ?? [])];
}
