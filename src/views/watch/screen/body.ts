import type { TargetState } from '../../../watch/state.ts';
import type { RowPlace } from './footer.ts';
import { blank, type ScreenLine, say } from './line.ts';
import type { Extent } from './screen-state.ts';

/** What stands between the first line and the last. */
export interface ScreenBody extends Pick<Extent, 'table' | 'rows' | 'pageRows'>, RowPlace {
  readonly lines: readonly ScreenLine[];
}

/** What a body is about, and its room. */
export interface Room {
  readonly target: TargetState | undefined;
  readonly cells: number;
  readonly height: number;
}

/** Below so many lines none is left empty. */
export const linesForAir = 16;

/** Exactly so many lines. */
export function filled(lines: readonly ScreenLine[], height: number): ScreenLine[] {
  return Array.from({ length: Math.max(0, height) }, (_, index) => lines[index] ?? blank);
}

export const noRow: ScreenLine = [say('  No row has these words in it.', 'faint')];
