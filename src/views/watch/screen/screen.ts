import type { WatchState } from '../../../watch/state.ts';
import { painter } from './line.ts';
import { planScreen, type ScreenSize } from './plan.ts';
import type { Extent, ScreenState } from './screen-state.ts';

/** What is on the screen, line by line: exactly `rows` lines of at most `columns` cells each. */
export function screenOf(
  state: WatchState,
  ui: ScreenState,
  size: ScreenSize,
  style: { readonly color: boolean },
): string[] {
  return planScreen(state, ui, size).lines.map(painter(style));
}

/** What keys can move over on that screen. */
export function extentOf(state: WatchState, ui: ScreenState, size: ScreenSize): Extent {
  return planScreen(state, ui, size).extent;
}
