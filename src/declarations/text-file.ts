/** A text file of the project. */
export interface TextFile {
  /** Relative to the project's root, with `/`. */
  readonly file: string;
  readonly text: string;
}

/** What a user should know of a file that could not be read, or not all of it. No finding, and never an error. */
export interface FileNote {
  readonly file: string;
  readonly line?: number;
  readonly text: string;
  /** It has a mistake, or nobody may read it: what it declares is missing in all answers. */
  readonly isBroken?: boolean;
}

/** The text of another file of the project, by its path from the root; undefined where there is none. */
export type ReadFile = (file: string) => string | undefined;
