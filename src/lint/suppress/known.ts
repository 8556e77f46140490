import * as v from 'valibot';
import { PoolctlError } from '../../base/errors.ts';
import type { Finding } from '../finding.ts';
import { fingerprintOf, type StaleSuppression } from '../report.ts';

/** How often each finding is known, by file, rule and fingerprint: lines may move. */
export type Suppressions = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, number>>>>>>;

const schemaName = 'poolctl.suppressions/1';

const counts = v.record(v.string(), v.pipe(v.number(), v.integer(), v.minValue(1)));
const schema = v.strictObject({
  schema: v.literal(schemaName),
  files: v.record(v.string(), v.record(v.string(), counts)),
});

/** @throws PoolctlError INPUT_INVALID */
export function parseSuppressions(text: string, file: string): Suppressions {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    // Not JSON is not of the schema either.
  }
  const read = v.safeParse(schema, document);
  if (read.success) return read.output.files;
  throw new PoolctlError('INPUT_INVALID', `${file} is no file of suppressions.`, {
    hint: '`poolctl lint --suppress-all` writes one.',
  });
}

/** The file as it is written: sorted, so that a change of it is small. */
export function suppressionsText(suppressions: Suppressions): string {
  return `${JSON.stringify({ schema: schemaName, files: sorted(suppressions) }, null, 2)}\n`;
}

function sorted(value: object): object {
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, part]) => [key, typeof part === 'object' ? sorted(part) : part]),
  );
}

/** Suppressions of all these findings. */
export function suppressionsFor(findings: readonly Finding[]): Suppressions {
  const all: Record<string, Record<string, Record<string, number>>> = {};
  for (const finding of findings) {
    const { place, rule } = finding;
    const rules = all[place.file] ?? {};
    const known = rules[rule] ?? {};
    const fingerprint = fingerprintOf(finding);
    all[place.file] = { ...rules, [rule]: { ...known, [fingerprint]: (known[fingerprint] ?? 0) + 1 } };
  }
  return all;
}

export interface Unsuppressed {
  readonly findings: readonly Finding[];
  readonly stale: readonly StaleSuppression[];
  /** The suppressions that are still of use, and those of files that this run has not linted. */
  readonly needed: Suppressions;
}

/** The findings that are not known; `isLinted` tells whether a run would have found what a file's suppressions are for. */
export function suppressKnown(
  findings: readonly Finding[],
  known: Suppressions,
  isLinted: (file: string) => boolean,
): Unsuppressed {
  const left = structuredClone(known) as Record<string, Record<string, Record<string, number>>>;
  const used: Finding[] = [];
  const kept = findings.filter((finding) => {
    const rest = left[finding.place.file]?.[finding.rule];
    const fingerprint = fingerprintOf(finding);
    const count = rest?.[fingerprint] ?? 0;
    if (!rest || count === 0) return true;
    rest[fingerprint] = count - 1;
    used.push(finding);
    return false;
  });
  const linted = Object.entries(left).filter(([file]) => isLinted(file));
  const stale = linted.flatMap(([file, rules]) =>
    Object.entries(rules)
      .map(([rule, rest]) => ({ file, rule, count: Object.values(rest).reduce((sum, count) => sum + count, 0) }))
      .filter(({ count }) => count > 0),
  );
  const others = Object.entries(known).filter(([file]) => !isLinted(file));
  return { findings: kept, stale, needed: { ...suppressionsFor(used), ...Object.fromEntries(others) } };
}
