import type { LoadStatement } from '../../drivers/driver.ts';
import type { HoldLaw } from '../../queueing/hold-law.ts';

/** What each request of a load does, as plain data: worker threads get it by a message. */
export interface ProbeWorkload {
  /** Its name in the report: `--sql`, `orders.sql`, `select1`, `hold 300ms` ... */
  readonly name: string;
  /** One sentence for the reader: what runs and what that means for the result. */
  readonly description: string;
  readonly kind: 'sql' | 'hold' | 'builtin' | 'stats';
  /** False where it writes, which needs --allow-write. */
  readonly readOnly: boolean;
  /** It only shows how fast wire, driver and pool are: no size should be based on it alone. */
  readonly transportOnly: boolean;
  readonly scripts: readonly Script[];
  readonly variables: Readonly<Record<string, VariableLaw>>;
  /** Run once before and once after, on the control connection: objects of the workload's own. */
  readonly setup?: readonly string[];
  readonly teardown?: readonly string[];
}

/** One kind of request. */
export interface Script {
  /** Relative to the other scripts. */
  readonly weight: number;
  /** BEGIN before, COMMIT after. */
  readonly isTransaction: boolean;
  /** The transaction cannot write, and is rolled back at its end. */
  readonly isGuarded?: boolean;
  /** Asked before that end: whether the session still has its limits. */
  readonly check?: string;
  readonly statements: readonly ScriptStatement[];
}

export interface ScriptStatement extends LoadStatement {
  /** Names of the variables behind the placeholders, in their order. */
  readonly parameters: readonly string[];
}

/** How a variable is drawn, once for each request. */
export type VariableLaw =
  | { readonly kind: 'int'; readonly from: number; readonly to: number }
  /** Rank 1 is the most frequent; P(rank) ~ 1 / rank^exponent. */
  | { readonly kind: 'zipf'; readonly from: number; readonly to: number; readonly exponent: number }
  | { readonly kind: 'uuid' }
  | {
      readonly kind: 'list';
      readonly values: readonly (string | number | null)[];
      readonly weights?: readonly number[];
    }
  /** Seconds for the server to sleep. */
  | { readonly kind: 'sleep'; readonly law: HoldLaw };
