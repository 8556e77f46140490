import type { SourceSpan } from '../declarations/source-span.ts';
import type { Origin } from '../declarations/value.ts';

export const severities = ['error', 'warn', 'info'] as const;
export type Severity = (typeof severities)[number];

/** A change of text that mends a finding and nothing else. */
export interface Edit {
  readonly file: string;
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** What a rule has found. Texts hold no secret: values of logins and URLs are never quoted. */
export interface Finding {
  /** The rule's id, which is the name of its file. */
  readonly rule: string;
  /** As the rule has it, or more where the case is worse (`nested-acquire` with a pool of 1). */
  readonly severity: Severity;
  readonly confidence: 'high' | 'medium';
  readonly place: SourceSpan;
  /** What was found: one sentence, the fact first. */
  readonly message: string;
  /** Where the value came from, nearest first. */
  readonly origins: readonly Origin[];
  readonly expected?: string;
  /** What it leads to in this program, with the resolved pool size where it matters. */
  readonly consequence?: string;
  /** What to do. */
  readonly fix?: string;
  /** Other places that belong to it: exits without a release, the acquire of a second release. */
  readonly related: readonly { readonly place: SourceSpan; readonly message: string }[];
  /** The safe fix, which `--fix` applies. */
  readonly edits?: readonly Edit[];
  /** What stays the same when lines move: the enclosing function or option path, and the text without white space. */
  readonly fingerprint: string;
}
