import { formatDuration, formatRatio, perSecond } from '../../base/units.ts';
import type { Judgement } from '../../probe/analyse/judge.ts';
import type { Difference } from '../../probe/result.ts';
import { boundsText, differenceText } from './differences.ts';
import { compactDuration } from './text.ts';

export interface JudgementText {
  readonly headline: string;
  readonly reason: string;
}

/** What the differences of two settings come to. `names`: of the two; `durationMs`: how long both were measured. */
export function judgementText(
  { better, by, against, slight, effect }: Judgement,
  names: readonly [string, string],
  durationMs: number | undefined,
): JudgementText {
  if (better === undefined) {
    const time = durationMs === undefined ? '' : ` in ${formatDuration(durationMs)}`;
    if (slight) {
      const values = slight.map(({ name, unit, first, second }) => {
        return `${name} ${formats[unit](first)} against ${formats[unit](second)}`;
      });
      const headline = `hardly any difference between ${names.join(' and ')}: ${values.join(', ')}`;
      return { headline, reason: intervalsText(slight) };
    }
    return { headline: `no difference shown between ${names.join(' and ')}${time}`, reason: effectText(effect) };
  }
  const winner = names[better === 'first' ? 0 : 1];
  const but = against.length > 0 ? `, but ${deed(against, false)}: ${valuesText(against, better)}` : '';
  return {
    headline: `${winner} ${deed(by, true)}: ${valuesText(by, better)}${but}`,
    reason: intervalsText(by),
  };
}

function deed([first]: readonly Difference[], isBetter: boolean): string {
  switch (first?.name) {
    case 'lost':
    case 'failed':
      return isBetter ? 'loses less' : 'loses more';
    case 'still waiting':
      return isBetter ? 'keeps up better' : 'keeps up worse';
    case 'throughput':
      return isBetter ? 'serves more' : 'serves less';
    default:
      return isBetter ? 'waits less' : 'waits longer';
  }
}

function intervalsText(figures: readonly Difference[]): string {
  return `${figures.map(intervalOf).join(', ')}: second less first, with 95 % intervals.`;
}

/** At most two, the winner's value first. */
function valuesText(figures: readonly Difference[], better: 'first' | 'second'): string {
  return figures
    .slice(0, 2)
    .map(({ name, unit, first, second }) => {
      const [own, other] = (better === 'first' ? [first, second] : [second, first]).map(formats[unit]);
      switch (name) {
        case 'mean wait':
        case 'p99 wait':
          return `${name.replace(' wait', '')} ${own} against ${other}`;
        case 'had to wait':
          return `${own} against ${other} had to wait`;
        case 'still waiting':
          return `${own} against ${other} still waiting at the end`;
        default:
          return `${own} against ${other}`;
      }
    })
    .join(', ');
}

const formats = { ms: formatDuration, ratio: formatRatio, perSecond } as const;

function intervalOf(one: Difference): string {
  return `${one.name} ${differenceText(one)} (${boundsText(one)})`;
}

const sizes: Readonly<Record<number, string>> = {
  0.2: 'one of 20 %',
  0.5: 'one of 50 %',
  1: 'twice as much',
  4: 'five times as much',
};

function effectText(effect: Judgement['effect']): string {
  if (!effect) return 'What was measured leaves open which is better; a longer --duration may show it.';
  const { name, shown, next } = effect;
  const seen = shown === undefined ? '' : `In the ${name}, ${sizes[shown]} would have shown. `;
  if (next) {
    const what = `${sizes[next.effect]}${shown === undefined ? ` in the ${name}` : ''}`;
    return `${seen}--duration ${compactDuration(next.durationMs)} would show ${what}.`;
  }
  return seen === ''
    ? `The ${name} varies too much from round to round to tell, in any time worth waiting.`
    : seen.trim();
}
