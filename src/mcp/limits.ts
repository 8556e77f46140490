/** What one call may take. */
export interface Limits {
  readonly timeoutMs: number;
  /** Characters of its arguments, and bytes of each file that they name. */
  readonly maxInput: number;
  /** Characters of the document that it answers. */
  readonly maxOutput: number;
}
