import { type Format, formatCount, formatDuration, formatNumber, formatRatio, perSecond } from '../../base/units.ts';
import { fateOf, leastStillWaiting } from '../../probe/analyse/served.ts';
import type { ProbeResult, Ramp } from '../../probe/result.ts';
import { lostOf } from '../../probe/runs.ts';
import type { TableView } from '../../render/view.ts';
import { intervalText } from '../../stats/interval-text.ts';
import { busyText, failureName, timeText } from './text.ts';

type Part<Key extends keyof ProbeResult> = NonNullable<ProbeResult[Key]>;

/** `isOfShards`: sizes are those of all shards together. */
export function rampTable({ levels, rounds, workers, knee }: Ramp, isOfShards = false): TableView {
  const someFailed = levels.some(({ failed }) => failed > 0);
  const bound = ({ connectionLimit, boundBy, steady }: Ramp['levels'][number]) => {
    const name = boundBy === 'client' ? 'poolctl' : boundBy;
    return `${name}${steady ? '' : ', not steady'}${connectionLimit === knee.connectionLimit ? ' ← knee' : ''}`;
  };
  return {
    title: `Ramp: ${formatNumber(workers)} workers in a closed loop, ${formatCount(rounds, 'round')}; service times`,
    head: [
      isOfShards ? 'in all' : 'size',
      'throughput',
      'p50',
      'p95',
      ...(someFailed ? ['failed'] : []),
      'poolctl busy',
      'bound by',
    ],
    rows: levels.map((level) => [
      formatNumber(level.connectionLimit),
      intervalText(level.throughputPerSecond, perSecond),
      formatDuration(level.serviceP50Ms),
      formatDuration(level.serviceP95Ms),
      ...(someFailed ? [formatNumber(level.failed)] : []),
      busyText(level.client.eventLoopUtilization),
      bound(level),
    ]),
    rightAligned: [0, 1, 2, 3, 4, ...(someFailed ? [5] : [])],
  };
}

/** Failures by kind, with the servers' own codes below. */
export function failureTable(runs: ProbeResult['runs']): TableView | undefined {
  const failing = runs.filter((run) => lostOf(run) > 0 || fateOf(run).stillWaitingRatio > leastStillWaiting);
  if (failing.length === 0) return undefined;
  const kinds = [...new Set(failing.flatMap(({ failed }) => Object.keys(failed)))];
  const labels = [...new Set(failing.flatMap(({ failureLabels }) => Object.keys(failureLabels)))];
  const counts = (pick: (run: (typeof failing)[number]) => number | undefined) =>
    failing.map((run) => formatNumber(pick(run) ?? 0));
  return {
    title: 'Not served',
    head: ['', ...failing.map(({ label }) => label)],
    rows: [
      ...kinds.map((kind) => [
        failureName(kind),
        ...counts(({ failed }) => (failed as Readonly<Record<string, number>>)[kind]),
      ]),
      ...labels.map((label) => [`  ${label}`, ...counts(({ failureLabels }) => failureLabels[label])]),
      ['due, but not sent', ...counts(({ unsent }) => unsent)],
      ['still waiting at the end', ...counts(({ stillWaiting }) => stillWaiting)],
      ['not done at the end', ...counts(({ unfinished, stillWaiting = 0 }) => unfinished - stillWaiting)],
    ].filter(([, ...cells]) => cells.some((cell) => cell !== '0')),
    rightAligned: failing.map((_, index) => index + 1),
  };
}

export function transportTable({ roundTripMs, connectMs }: Part<'transport'>, isPooled = false): TableView {
  const { tcp, tls, login, setup, p50, p95, count } = connectMs;
  const rows: string[][] = [
    [
      'round trip',
      formatDuration(roundTripMs.p50),
      `p50; p95 ${formatDuration(roundTripMs.p95)}, least ${formatDuration(roundTripMs.least)}`,
    ],
    [
      'a new connection',
      formatDuration(p50),
      `p50 of ${formatNumber(count)}, one after another; p95 ${formatDuration(p95)}`,
    ],
    ['  TCP', formatDuration(tcp), ''],
    ...(tls === undefined ? [] : [['  TLS', formatDuration(tls), '']]),
    ['  login', formatDuration(login), ''],
    ['  set-up', formatDuration(setup), isPooled ? 'a first statement' : "poolctl's own SETs"],
  ];
  return { title: 'The way to the server', rows, rightAligned: [1] };
}

export function verificationTable({ checks, agrees }: Part<'verification'>): TableView {
  const formats: Readonly<Record<(typeof checks)[number]['unit'], Format>> = {
    ms: formatDuration,
    ratio: formatRatio,
    perSecond,
    connections: formatNumber,
  };
  return {
    title: `Prediction and measurement: ${agrees ? 'agree' : 'disagree'}`,
    head: ['', 'predicted', 'measured', '95 % interval', ''],
    rows: checks.map(({ name, predicted, measured, unit, agrees: isRight }) => [
      name,
      formats[unit](predicted),
      formats[unit](measured.value),
      `${bound(measured.low, formats[unit])} to ${bound(measured.high, formats[unit])}`,
      isRight ? '✓' : '✗',
    ]),
    rightAligned: [1, 2, 3],
  };
}

/** A bound that does not exist is unknown. */
function bound(value: number, format: Format): string {
  return Number.isFinite(value) ? format(value) : '?';
}

export function unpooledTable(rows: Part<'unpooled'>): TableView {
  return {
    title: 'Through a pool, and with a new connection for each request',
    head: ['at once', 'pooled', 'p95', 'unpooled', 'p95', 'factor'],
    rows: rows.map(({ concurrency, pooled, unpooled }) => {
      const factor = pooled.throughputPerSecond.value / unpooled.throughputPerSecond.value;
      return [
        formatNumber(concurrency),
        intervalText(pooled.throughputPerSecond, perSecond),
        timeText(pooled.totalP95Ms),
        intervalText(unpooled.throughputPerSecond, perSecond),
        timeText(unpooled.totalP95Ms),
        Number.isFinite(factor) ? formatNumber(factor) : '∞',
      ];
    }),
    rightAligned: [0, 1, 2, 3, 4, 5],
  };
}

export function stallTable(stall: Part<'stall'>): TableView {
  const { fromMs, toMs, requestsDuring, servedLate, failedDuring, longestQueue, longestWaitMs } = stall;
  return {
    title: `The database frozen, from ${formatDuration(fromMs)} to ${formatDuration(toMs)}`,
    rows: [
      ['requests in it', formatNumber(requestsDuring), ''],
      ['served late', formatNumber(servedLate), ''],
      ...Object.entries(failedDuring).map(([kind, count]) => ['failed', formatNumber(count), failureName(kind)]),
      ['longest queue', formatNumber(longestQueue), 'requests waiting at once'],
      ['longest wait', formatDuration(longestWaitMs), ''],
      stall.recoveredAfterMs === undefined
        ? ['back to normal', 'no', 'not until the end of the run']
        : ['back to normal', formatDuration(stall.recoveredAfterMs), 'after the thaw: as quick as before'],
    ],
    rightAligned: [1],
  };
}

/** What the guards see, and why one does not. */
export function guardTable(guards: NonNullable<ProbeResult['guards']>): TableView {
  return {
    title: 'Guards',
    rows: guards.map(({ guard, status, limit = '', why = '' }) => [
      guard,
      status,
      [limit, why].filter(Boolean).join('; '),
    ]),
  };
}

/** What is left on the server, and whether that was seen there. */
export function cleanUpTable({ cleanUp }: Pick<ProbeResult, 'cleanUp'>): TableView {
  const { verified, sessionsOpened, sessionsLeft, cancelled, objectsLeft } = cleanUp;
  const seen = verified ? 'verified on the server' : 'not verified: the server could not be asked any more';
  return {
    title: 'Clean-up',
    rows: [
      [
        'sessions left',
        formatNumber(sessionsLeft),
        `${seen}; of ${formatNumber(sessionsOpened)} opened, ${formatNumber(cancelled)} cancelled`,
      ],
      ...(objectsLeft.length > 0 ? [['objects left', formatNumber(objectsLeft.length), objectsLeft.join(', ')]] : []),
    ],
    rightAligned: [1],
  };
}
