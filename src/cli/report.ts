import type { Warning } from '../base/warning.ts';
import type { View } from '../render/view.ts';

/** What a command found: for programs (`result` under a versioned schema) and for readers (`view`, made only when needed). */
export interface Report {
  readonly schema: string;
  readonly result: unknown;
  readonly warnings?: readonly Warning[];
  view(format: 'table' | 'markdown'): View;
  /** Markdown of its own, such as the comment of a pull request; `view` where left out. */
  markdown?(): string;
  /** One file that opens offline; only of commands that say so. */
  html?(): string | Promise<string>;
}
