import type { Io } from '../base/io.ts';
import type { Confinement } from './confine.ts';
import type { Call } from './tool.ts';

/** What a thread of a call is given. */
export interface ThreadTask extends Call {
  readonly cwd: string;
  readonly env: Io['env'];
  readonly confinement: Confinement;
}

/** What it says: of its progress as it goes, and the answer at the end. */
export type ThreadMessage =
  | { readonly kind: 'told'; readonly text: string }
  | { readonly kind: 'done'; readonly exitCode: number; readonly stdout: string };

/** What it hears: to hand over what it has. */
export type ThreadOrder = 'stop';
