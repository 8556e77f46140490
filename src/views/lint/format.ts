import type { LintReport } from '../../lint/report.ts';
import type { RulePage } from '../../profiles/rule-page.ts';

/** Where a text is shown. */
export interface Screen {
  readonly color: boolean;
  readonly columns: number;
  /** A file's path from the folder that the reader is in. */
  pathOf(file: string): string;
}

export interface FormatInput extends LintReport, Screen {
  /** Pages of the rules that have findings. */
  readonly pages: ReadonlyMap<string, RulePage>;
}

/** A format of `lint`: the whole text, which ends with a line end where it is not empty. */
export type LintFormat = (input: FormatInput) => string;

export const joined = (lines: readonly string[]) => (lines.length === 0 ? '' : `${lines.join('\n')}\n`);
