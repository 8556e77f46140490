import type { DeclaredPool } from '../declared-pool.ts';
import type { SourceSpan } from '../source-span.ts';
import type { Resolved } from '../value.ts';
import type { CodeFile, Node } from './code-file.ts';
import type { CodeHost } from './code-host.ts';
import type { LibraryObject } from './library-object.ts';

/** Something that could not be followed, for `--explain`. */
export interface CodeNote {
  readonly place: SourceSpan;
  readonly text: string;
}

/** What a file of code says of pools. Everything is worked out when it is first asked for, and bounded. */
export interface CodeAnalysis {
  readonly pools: readonly DeclaredPool[];
  readonly notes: readonly CodeNote[];
  /**
   * What an expression, a parameter or a binding is: `pool`, `this.pool`, `db.pool`, `await pool.connect()`, the `client`
   * of `(err, client) => …`, an import from a file of the project. Undefined where nothing proves that it is of a library.
   */
  libraryObject(expression: Node): LibraryObject | undefined;
  /** The number, text or boolean that an expression comes to. */
  valueOf(expression: Node): Resolved;
}

/** Reads what a file of code says of pools. Imports are followed for three hops through `host`; nothing of it is run. */
export function analyseCode(_file: CodeFile, _host: CodeHost): CodeAnalysis {
  return {
    pools: [],
    notes: [],
    libraryObject: () => undefined,
    valueOf: () => ({ kind: 'unknown', why: 'not followed', origins: [] }),
  };
}
