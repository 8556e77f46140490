import type { FileNote } from '../declarations/text-file.ts';
import type { BudgetTable } from './budget/table.ts';
import { digest } from './digest.ts';
import type { Finding, Severity } from './finding.ts';

/** A suppression of the file of suppressions that suppresses nothing any more. */
export interface StaleSuppression {
  readonly file: string;
  readonly rule: string;
  readonly count: number;
}

/** What a run has found, for every format. */
export interface LintReport {
  readonly findings: readonly Finding[];
  readonly filesRead: number;
  /** Findings that comments, labels and the file of suppressions have taken away. */
  readonly suppressed: number;
  readonly stale: readonly StaleSuppression[];
  readonly notes: readonly FileNote[];
  /** Of servers whose limit is written down. */
  readonly budgets: readonly BudgetTable[];
  /** Findings that `--fix` has mended. */
  readonly fixed: number;
  /** Whether formats for people list the notes. */
  readonly isExplained: boolean;
  /** Ms by rule and by part of the run. */
  readonly takenMs?: ReadonlyMap<string, number>;
  /** The text of a file, for excerpts. */
  textOf(file: string): string | undefined;
}

/** How many findings there are of each severity. */
export function countsOf(findings: readonly Finding[]): Readonly<Record<Severity, number>> {
  const counts = { error: 0, warn: 0, info: 0 };
  for (const { severity } of findings) counts[severity] += 1;
  return counts;
}

/** What a finding is known by when lines move. A hash, because a fingerprint may hold a piece of the text. */
export function fingerprintOf({ rule, fingerprint }: Pick<Finding, 'rule' | 'fingerprint'>): string {
  return digest(`${rule}\n${fingerprint.replace(/\s+/g, '')}`);
}
