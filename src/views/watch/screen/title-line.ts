import { formatCount, formatDuration, formatNumber } from '../../../base/units.ts';
import type { TargetState, WatchState } from '../../../watch/state.ts';
import { barred, cutLine, lineWidth, type ScreenLine, say, spread } from './line.ts';
import type { ScreenState } from './screen-state.ts';
import { clockText, targetKind, worstAlarm } from './words.ts';

/** The first line: what is looked at, how often, and when this was. */
export function titleLine(
  state: WatchState,
  ui: ScreenState,
  target: TargetState | undefined,
  cells: number,
): ScreenLine {
  const left = ui.page === 'target' && target ? [oneTarget(state, target)] : allTargets(state);
  const clock = `${ui.isPaused ? 'PAUSED at ' : ''}${clockText(state.atMs)} `;
  const every = `every ${formatDuration(state.intervalMs)} · `;
  const variants = left.flatMap((text) => [`${every}${clock}`, clock].map((right) => [right, text]));
  const [right = clock, said = ''] = variants.find((texts) => lineWidth(texts.map((text) => say(text))) < cells) ?? [
    clock,
    left.at(-1) ?? '',
  ];
  const room = Math.max(0, cells - lineWidth([say(right)]) - 1);
  return barred(spread(cutLine([say(said)], room), [say(right)], cells), cells, ui.isPaused ? 'warnBar' : 'bar');
}

function oneTarget({ targets }: WatchState, target: TargetState): string {
  const place = targets.length > 1 ? ` (${targets.indexOf(target) + 1} of ${formatNumber(targets.length)})` : '';
  const kind = targetKind(target);
  const role = target.look?.isReplica ? ' · replica' : '';
  return ` ${target.name}${place}${kind === '' ? '' : ` · ${kind}`}${role}`;
}

/** In words, and shorter. */
function allTargets({ targets }: WatchState): string[] {
  const away = targets.filter(({ phase }) => phase !== 'up' && phase !== 'connecting').length;
  const of = (severity: string) =>
    targets.filter((one) => one.phase === 'up' && worstAlarm(one)?.severity === severity);
  const counts = [
    [away, 'not reached', 'away'],
    [of('crit').length, 'critical', 'crit'],
    [of('warn').length, 'with warnings', 'warn'],
  ] as const;
  const found = counts.filter(([count]) => count > 0);
  const said = (words: readonly string[]) =>
    ` ${formatCount(targets.length, 'target')}: ${words.join(', ') || 'all well'}`;
  return [
    said(found.map(([count, word]) => `${formatNumber(count)} ${word}`)),
    said(found.map(([count, , word]) => `${formatNumber(count)} ${word}`)),
  ];
}
