import type { Warning } from '../base/warning.ts';

/** What a reader sees of a result, before it is laid out for a terminal or as markdown. Holds text only, no colour. */
export interface View {
  /** The answer, first of all. */
  readonly headline: string;
  readonly verdict?: VerdictView;
  /** In place of one verdict, where there is more than one question. */
  readonly verdicts?: readonly VerdictView[];
  readonly tables: readonly TableView[];
  readonly charts?: readonly (ChartView | BarsView)[];
  readonly steps?: readonly StepView[];
  readonly warnings?: readonly (Omit<Warning, 'code'> & Partial<Warning>)[];
  readonly snippets?: readonly SnippetView[];
  /** Text shown as it stands, instead of all else but the headline: a profile, a topic. */
  readonly verbatim?: string;
}

export interface VerdictView {
  readonly answer: 'yes' | 'no' | 'unknown';
  readonly text: string;
  readonly details: readonly string[];
}

/** The verdicts of a view, none to several. */
export function verdictsOf({ verdict, verdicts = [] }: View): readonly VerdictView[] {
  return verdict ? [verdict] : verdicts;
}

export interface TableView {
  readonly title: string;
  /** Column heads; a table without heads is a list of facts. */
  readonly head?: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Columns of numbers, counted from 0, that stand to the right. */
  readonly rightAligned?: readonly number[];
}

export interface StepView {
  readonly title: string;
  readonly inputs: readonly (readonly [label: string, value: string, source: string])[];
  readonly result: string;
  readonly source: string;
}

export interface SnippetView {
  readonly title: string;
  readonly language: string;
  readonly text: string;
}

/** Columns over time, one a slice. */
export interface ChartView {
  readonly title: string;
  readonly values: readonly number[];
  /** The highest value, as the axis names it. */
  readonly highest: string;
  /** What the left and the right end stand for. */
  readonly from: string;
  readonly to: string;
  /** A stretch of columns to point at. */
  readonly mark?: { readonly from: number; readonly to: number; readonly label: string };
}

/** A bar or two on a line of its own for each of a few sizes; every kind of bar has its own scale. */
export interface BarsView {
  readonly title: string;
  /** What each kind of bar is. */
  readonly bars: readonly string[];
  readonly rows: readonly {
    readonly label: string;
    readonly values: readonly number[];
    readonly texts: readonly string[];
    /** `knee`, pointed at. */
    readonly note: string;
  }[];
}
