import { type Format, formatDuration, formatNumber, formatRatio, perSecond } from '../../base/units.ts';
import { type ComparedFigure, type Comparison, changeOf, type FigureVerdict } from '../../probe/compare.ts';
import type { TableView, View } from '../../render/view.ts';
import type { Estimate } from '../../stats/estimate.ts';
import { intervalText } from '../../stats/interval-text.ts';
import { type JudgementText, judgementText } from './judgement.ts';

const formats: Readonly<Record<Exclude<ComparedFigure['unit'], 'text'>, Format>> = {
  ms: formatDuration,
  perSecond,
  ratio: formatRatio,
  connections: formatNumber,
};
const words: Readonly<Record<FigureVerdict, string>> = {
  better: '✓ better',
  worse: '✗ worse',
  same: '= not shown',
  unknown: '? cannot tell',
};

/** The comparison for a reader. */
export function comparisonView(comparison: Comparison): View {
  const { headline, reason, answer } = findingOf(comparison);
  return {
    headline,
    verdict: { answer, text: reason, details: [] },
    tables: [differenceTable(comparison), figureTable(comparison), levelTable(comparison)].filter(
      (table) => table !== undefined,
    ),
  };
}

type Finding = JudgementText & Pick<NonNullable<View['verdict']>, 'answer'>;

function findingOf({ files, judgement, durationMs, differences, comparable, levels }: Comparison): Finding {
  const found = judgement ? judgementText(judgement, files, durationMs) : levelText(levels, files);
  if (!comparable) {
    const which = differences.map(({ what }) => what).join(', ');
    const reason = `not comparable as it stands: ${which} differ${differences.length === 1 ? 's' : ''}, and so may explain what changed.`;
    return { ...found, answer: 'unknown', reason };
  }
  if (judgement?.better === undefined) return { ...found, answer: 'unknown' };
  return { ...found, answer: judgement.better === 'second' && judgement.against.length === 0 ? 'yes' : 'no' };
}

/** Where there is no run of both to go by. */
function levelText(levels: Comparison['levels'], files: Comparison['files']): JudgementText {
  const count = (verdict: FigureVerdict) => levels.filter((level) => level.verdict === verdict).length;
  const [better, worse] = [count('better'), count('worse')];
  if (better + worse === 0) {
    return {
      headline: `no difference shown between ${files.join(' and ')}`,
      reason: 'there is no run of both without poolctl being late to go by.',
    };
  }
  return {
    headline: `from ${files[0]} to ${files[1]}: ${formatNumber(better)} sizes serve more, ${formatNumber(worse)} less`,
    reason: 'by the throughput of each size.',
  };
}

function differenceTable({ differences, files }: Comparison): TableView | undefined {
  if (differences.length === 0) return undefined;
  return {
    title: 'Not the same',
    head: ['', ...files],
    rows: differences.map(({ what, values }) => [what, ...values]),
  };
}

function figureTable({ figures, files }: Comparison): TableView | undefined {
  if (figures.length === 0) return undefined;
  const cell = (value: Estimate | string, unit: ComparedFigure['unit']) =>
    typeof value === 'string' || unit === 'text' ? String(value) : intervalText(value, formats[unit]);
  return {
    title: 'Figures, with 95 % intervals',
    head: ['', ...files, 'change', ''],
    rows: figures.map(({ name, unit, values, change, verdict }) => [
      name,
      ...values.map((value) => cell(value, unit)),
      changeText(change),
      verdict === undefined ? '' : words[verdict],
    ]),
    rightAligned: [1, 2, 3],
  };
}

function levelTable({ levels, files }: Comparison): TableView | undefined {
  if (levels.length === 0) return undefined;
  return {
    title: 'Throughput by connectionLimit',
    head: ['size', ...files, 'change', ''],
    rows: levels.map(({ connectionLimit, throughputPerSecond: [a, b], verdict }) => [
      formatNumber(connectionLimit),
      intervalText(a, perSecond),
      intervalText(b, perSecond),
      changeText(changeOf(a.value, b.value).change),
      words[verdict],
    ]),
    rightAligned: [0, 1, 2, 3],
  };
}

function changeText(change: number | undefined): string {
  if (change === undefined) return '';
  const percent = Math.round(change * 1_000) / 10;
  return `${percent > 0 ? '+' : ''}${formatNumber(percent)} %`;
}
