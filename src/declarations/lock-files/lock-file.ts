/** What is asked of a lock file. */
export interface LockQuery {
  readonly name: string;
  /** The folder of the package that asks, relative to that of the lock file; empty for the same. */
  readonly workspace: string;
  /** The range in its package.json. */
  readonly range?: string | undefined;
}

/** Reads the version of a package from the text of a lock file; undefined where the file does not say. */
export type LockReader = (text: string, query: LockQuery) => string | undefined;

/** A text as it is matched literally in a regular expression. */
export function literally(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}

/** A version without what stands behind it: `8.11.3(pg-native@3.0.1)`, `8.11.3_pg@1`. */
export function plainVersion(text: string | undefined): string | undefined {
  return /^v?(\d+\.\d+\.\d+(?:-[\w.-]+)?(?:\+[\w.]+)?)/.exec(text ?? '')?.[1];
}
