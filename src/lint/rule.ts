import type { DeclaredPool } from '../declarations/declared-pool.ts';
import type { AnalysedCode } from './analysed-code.ts';
import type { Finding, Severity } from './finding.ts';
import type { FileContext, Project } from './project.ts';

/** What a rule says; the run adds the rule's id, and its severity where the finding has none of its own. */
export type RuleReport = Omit<Finding, 'rule' | 'severity' | 'related' | 'origins' | 'confidence'> &
  Partial<Pick<Finding, 'severity' | 'related' | 'origins' | 'confidence'>>;

/**
 * A rule of `poolctl lint`; its id is the name of its file, of its fixtures and of its page (profiles/rules/ID.yaml). Each
 * check is pure and synchronous, so that an editor can run it on a text that is not saved.
 */
export interface Rule {
  /** In the preset `recommended`; undefined where only `strict` or the configuration turns it on. */
  readonly severity: Severity | undefined;
  /** In the preset `strict`. */
  readonly strict?: Severity;
  /** In the preset `library`: 'off' where the application decides. */
  readonly library?: Severity | 'off';
  /**
   * Whether it judges files that test or show (test-code.ts). Where left out, `checkCode` does, because a leak is a leak, and
   * `checkPool` does not, and not in scripts either: a size or a timeout there is nobody's outage.
   */
  readonly inTests?: boolean;
  /** Called for each pool of a file, in code or configuration. */
  checkPool?(pool: DeclaredPool, context: FileContext): Iterable<RuleReport>;
  /** Called for each file of JavaScript or TypeScript that speaks of a database library. */
  checkCode?(code: AnalysedCode, context: FileContext): Iterable<RuleReport>;
  /** Called once, for what several files say together; the command line only. */
  checkProject?(project: Project): Iterable<RuleReport>;
}
