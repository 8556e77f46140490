import { formatDuration, formatNumber, perSecond } from '../../base/units.ts';
import type { ProbeResult, Ramp } from '../../probe/result.ts';
import type { Axis, Chart, Series } from '../../render/html/chart.ts';
import { linearScale, logScale, sizeScale } from '../../render/html/scale.ts';
import { throughputAtConcurrency } from '../../scalability/usl-curve.ts';

const curvePoints = 60;

/** Throughput and service time against pool size, one above the other. */
export function rampCharts(
  ramp: Ramp,
  { recommendation, shards }: Pick<ProbeResult, 'recommendation' | 'shards'>,
): Chart[] {
  const sizes = ramp.levels.map(({ connectionLimit }) => connectionLimit);
  if (sizes.length === 0) return [];
  const label = shards ? 'connections of all shards' : 'connectionLimit';
  const x: Axis = { label, scale: sizeScale(sizes), format: formatNumber };
  const rules = rulesOf(ramp, recommendation?.connectionLimit, sizes);
  return [throughputChart(ramp, x, rules), serviceChart(ramp, x, rules)];
}

/** The knee and the recommendation; one line where they are the same, none where it lies outside of the chart. */
function rulesOf(
  { knee }: Ramp,
  recommended: number | undefined,
  sizes: readonly number[],
): NonNullable<Chart['rules']> {
  const isInside = (at: number | undefined) => at !== undefined && at >= Math.min(...sizes) && at <= Math.max(...sizes);
  const both = knee.connectionLimit === recommended ? 'knee, recommended' : 'knee';
  return [
    { at: knee.connectionLimit, label: `${both} ${knee.connectionLimit}` },
    ...(knee.connectionLimit === recommended ? [] : [{ at: recommended, label: `recommended ${recommended}` }]),
  ].flatMap(({ at, label }) => (at !== undefined && isInside(at) ? [{ at, label }] : []));
}

function throughputChart({ levels, usl, knee }: Ramp, x: Axis, rules: Chart['rules'] = []): Chart {
  const points = levels.map(({ connectionLimit, throughputPerSecond: { value, low, high } }) => {
    return { x: connectionLimit, y: value, low, high };
  });
  const highs = points.map(({ y, high }) => (Number.isFinite(high) ? high : y));
  const series: Series[] = [{ name: 'measured', points }];
  const [from, to] = [points[0]?.x ?? 1, points.at(-1)?.x ?? 1];
  if (usl && to > from) {
    const curve = Array.from({ length: curvePoints + 1 }, (_, index) => from * (to / from) ** (index / curvePoints));
    series.push({
      name: 'scalability law (USL)',
      isCurve: true,
      points: curve.map((size) => ({ x: size, y: throughputAtConcurrency(usl, size) })),
    });
  }
  return {
    id: 'throughput',
    title: 'Throughput by pool size',
    description: `Requests a second at each connectionLimit, with 95 % intervals. ${knee.reason}`,
    x,
    y: {
      label: 'requests/s',
      scale: linearScale([...highs, ...series.flatMap((one) => one.points.map(({ y }) => y))]),
      format: formatNumber,
    },
    series,
    rules,
  };
}

function serviceChart({ levels }: Ramp, x: Axis, rules: Chart['rules'] = []): Chart {
  const at = (name: string, pick: (level: Ramp['levels'][number]) => number): Series => ({
    name,
    points: levels.map((level) => ({ x: level.connectionLimit, y: pick(level) })),
  });
  const most = levels.at(-1);
  return {
    id: 'service',
    title: 'Service time by pool size',
    description: `How long a statement takes at each connectionLimit: p50 and p95, up to ${formatDuration(most?.serviceP95Ms ?? 0)} at ${perSecond(most?.throughputPerSecond.value ?? 0)}.`,
    x,
    y: { label: 'ms', scale: linearScale(levels.map(({ serviceP95Ms }) => serviceP95Ms)), format: formatNumber },
    series: [at('p50', ({ serviceP50Ms }) => serviceP50Ms), at('p95', ({ serviceP95Ms }) => serviceP95Ms)],
    rules,
  };
}

/** What a pool serves and what a new connection for each request does, by concurrency. */
export function unpooledChart(rows: NonNullable<ProbeResult['unpooled']>): Chart {
  const one = (name: 'pooled' | 'unpooled'): Series => ({
    name,
    points: rows.map((row) => {
      const { value, low, high } = row[name].throughputPerSecond;
      return { x: row.concurrency, y: value, low, high };
    }),
  });
  const series = [one('pooled'), one('unpooled')];
  const values = series.flatMap(({ points }) => points.map(({ y }) => y));
  return {
    id: 'unpooled',
    title: 'Throughput with and without a pool',
    description:
      'Requests a second by how many run at once, through a pool and with a new connection for each request.',
    x: { label: 'at once', scale: sizeScale(rows.map(({ concurrency }) => concurrency)), format: formatNumber },
    y: { label: 'requests/s', scale: logScale(values), format: formatNumber },
    series,
  };
}
