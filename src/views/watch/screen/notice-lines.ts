import { ageText } from '../../../watch/age-text.ts';
import type { TargetState } from '../../../watch/state.ts';
import { type ScreenLine, say, type Tint, wrapCells } from './line.ts';
import { clockText, phaseTint, phaseWords } from './words.ts';

/** What has to be known of a target before its figures: that it does not answer, how old they are, what is not seen. */
export function noticeLines(
  target: TargetState,
  { atMs, cells, most }: { readonly atMs: number; readonly cells: number; readonly most: number },
): ScreenLine[] {
  const state = [...phaseLines(target, cells), ...staleLines(target, atMs, cells)];
  const news = [...newsLines(target, atMs, cells), ...doorLines(target, cells)];
  const sight = sightLines(target, cells);
  const all = [...(state.length <= most ? state : shortStateLines(target, atMs)), ...news];
  return [...all, ...(all.length + sight.length <= most ? sight : shortSightLines(target))].slice(0, most);
}

/** Where the screen is low. */
function shortStateLines(target: TargetState, atMs: number): ScreenLine[] {
  const { phase, isStale } = target;
  const what = phase !== 'up' ? sentence(phaseWords[phase]) : isStale ? 'No answer' : 'The last look failed';
  const age = isStale ? `, figures ${lookAge(target, atMs)} old` : '';
  return [[say(`${what}${age}`, isStale ? 'crit' : phaseTint(phase))]];
}

function lookAge({ lookedAtWallMs = 0 }: TargetState, atMs: number): string {
  return ageText(Math.round((atMs - lookedAtWallMs) / 1_000));
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

function phaseLines({ phase, failure, look }: TargetState, cells: number): ScreenLine[] {
  if (phase === 'up') return failure ? hang('The last look failed: ', failure.message, cells, 'warn') : [];
  if (phase === 'connecting' && !failure) return [[say('Connecting: nothing seen yet.', 'warn')]];
  return [
    ...hang(
      `${sentence(phaseWords[phase])}: `,
      failure?.message ?? (look ? 'no answer' : 'nothing seen yet'),
      cells,
      phaseTint(phase),
    ),
    ...(failure?.hint === undefined ? [] : hang('  → ', failure.hint, cells, 'faint')),
  ];
}

function staleLines(target: TargetState, atMs: number, cells: number): ScreenLine[] {
  const { isStale, lookedAtWallMs } = target;
  if (!isStale || lookedAtWallMs === undefined) return [];
  const age = lookAge(target, atMs);
  return hang(
    '',
    `All figures below are ${age} old: the last answer came at ${clockText(lookedAtWallMs)}.`,
    cells,
    'crit',
  );
}

/** What happened to the server itself is told for so long. */
const newsMs = 10 * 60_000;

function newsLines({ notices = [] }: TargetState, atMs: number, cells: number): ScreenLine[] {
  return notices
    .filter((notice) => atMs - notice.atMs < newsMs)
    .slice(-2)
    .flatMap((notice) => hang('', `${clockText(notice.atMs)} ${notice.text}`, cells, 'warn'));
}

function doorLines({ door, look }: TargetState, cells: number): ScreenLine[] {
  return [
    ...(door === undefined ? [] : hang('', `The server is full for others: poolctl is in by ${door}.`, cells, 'warn')),
    ...(look?.throughPooler
      ? hang('', 'Through a pooler: the figures are of the server behind it.', cells, 'faint')
      : []),
    ...(look?.wasQueued ? hang('', 'The pooler let this session queue for a connection.', cells, 'warn') : []),
  ];
}

function sightLines({ look }: TargetState, cells: number): ScreenLine[] {
  return (look?.unseen ?? []).flatMap(({ what, grant }) => [
    ...hang('? ', `Not visible: ${what}.`, cells, 'warn'),
    ...hang('  → ', grant, cells, 'plain'),
  ]);
}

/** Where the screen is low: what would show it. */
function shortSightLines({ look }: TargetState): ScreenLine[] {
  return (look?.unseen ?? []).map(({ grant }) => [say('? → ', 'warn'), say(grant)]);
}

/** Text after a mark, whose further lines start under its first word. */
function hang(mark: string, text: string, cells: number, tint: Tint): ScreenLine[] {
  const indent = /^\W/.test(mark) ? ' '.repeat(mark.length) : '';
  const lines = wrapCells(indent === '' ? `${mark}${text}` : text, Math.max(8, cells - indent.length), tint);
  return lines.map((line, index) => [say(index === 0 && indent !== '' ? mark : indent, tint), ...line]);
}
