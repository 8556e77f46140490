import type { DeclaredOption, DeclaredPool } from '../../src/declarations/declared-pool.ts';
import type { SourceSpan } from '../../src/declarations/source-span.ts';
import type { Resolved, Scalar } from '../../src/declarations/value.ts';
import { defaultConfig, type LintConfig } from '../../src/lint/config.ts';
import type { FileContext } from '../../src/lint/project.ts';
import type { Rule, RuleReport } from '../../src/lint/rule.ts';
import { driverProfiles, facts } from './lint-fixtures.ts';

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

/** What rules are told, with these files in the project. */
export function contextOf(
  files: Readonly<Record<string, string>> = {},
  more: Partial<LintConfig> = {},
  versions: Readonly<Record<string, string>> = {},
): FileContext {
  return {
    config: { ...defaultConfig, ...more },
    profiles: driverProfiles,
    facts,
    files: { read: (file) => files[file], exists: (file) => Object.hasOwn(files, file) },
    environment: { valuesOf: () => [] },
    manifests: { services: [], poolers: [], notes: [] },
    versionOf: (name) => versions[name],
  };
}

/** What a rule says of one pool. */
export function reportsOn(rule: Rule, pool: DeclaredPool, context: FileContext = contextOf()): RuleReport[] {
  return [...(rule.checkPool?.(pool, context) ?? [])];
}
