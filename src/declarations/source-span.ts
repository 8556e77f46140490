/** A stretch of a file. Offsets count UTF-16 units from 0, lines and columns from 1; the end is behind the last unit. */
export interface SourceSpan {
  /** Relative to the project's root, with `/`. */
  readonly file: string;
  readonly start: number;
  readonly end: number;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}
