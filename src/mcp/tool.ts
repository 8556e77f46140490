import type { Flag } from '../cli/flag.ts';

/** A JSON schema, as far as the tools need one. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** What an argument that is no flag becomes on the command line. */
export type ArgumentUse =
  /** A word behind the flags. */
  | 'word'
  /** The same, of whatever text: a message that has a URL in it, too. */
  | 'message'
  /** A word that is a file or a folder. */
  | 'path'
  /** Standard input, as `-`. */
  | 'stdin'
  /** The same, as `--from -`. */
  | 'document'
  /** The name of a server, which is never a DSN. */
  | 'variable'
  | 'target';

export interface ToolArgument {
  readonly use: ArgumentUse;
  readonly schema: JsonSchema;
}

/** A tool: a command of poolctl, and which of it is offered. */
export interface Tool {
  readonly command: string;
  readonly title: string;
  /** What a model reads: poolctl's own words, and nothing of any file or server. */
  readonly description: string;
  /** Arguments beside flags, by name. */
  readonly arguments?: Readonly<Record<string, ToolArgument>>;
  /** Flags that are not offered: whole groups of the help, and single ones. */
  readonly withoutGroups?: readonly string[];
  readonly withoutFlags?: readonly string[];
  /** Flags whose text may name a file. */
  readonly maybeFiles?: readonly string[];
  /** It asks a server, and is given the variables of the environment for it. */
  readonly asksServer?: true;
  /** The schemas that its documents may have. */
  readonly documents: readonly [string, ...string[]];
  /** A line about a result, of figures and poolctl's own words alone. */
  says(result: Readonly<Record<string, unknown>>): string;
}

/** A tool with the flags that its command has now. */
export interface OpenTool extends Tool {
  readonly name: string;
  readonly flags: readonly Flag[];
}

/** What a call comes to: a command line without `poolctl`, and standard input. */
export interface Call {
  readonly argv: readonly string[];
  readonly stdin: string;
}
