import { formatNumber } from '../../base/units.ts';
import type { Diagnosis } from '../../diagnose/diagnosis.ts';
import { type RecordedSlice, timelineOf } from '../../diagnose/timeline.ts';
import type { Recording } from '../../measurements/recording.ts';
import { type Chart, chartMarkup } from '../../render/html/chart.ts';
import { html } from '../../render/html/markup.ts';
import { renderPage, section, tableMarkup } from '../../render/html/page.ts';
import { linearScale } from '../../render/html/scale.ts';
import { recordingView } from '../recording.ts';

const slices = 120;

/** Why requests waited, as one HTML file. */
export function renderRecordingHtml(
  recording: Recording,
  diagnosis: Diagnosis,
  { version, result }: { readonly version: string; readonly result: object },
): Promise<string> {
  const view = recordingView(recording, diagnosis);
  const timeline = timelineOf(recording, slices);
  const charts = [
    chartOf(timeline, recording, 'connections', 'Connections held and requests waiting', [
      { name: 'held', of: ({ mostHeld }) => mostHeld },
      { name: 'waiting', of: ({ mostWaiting }) => mostWaiting },
    ]),
    chartOf(timeline, recording, 'rate', 'Requests a second', [
      { name: 'requests a second', of: ({ askedPerSecond }) => askedPerSecond },
    ]),
  ];
  const sections = [
    section('Over time', [html`<div class="charts">${charts.map(chartMarkup)}</div>\n`]),
    section('Figures', view.tables.map(tableMarkup)),
  ];
  return renderPage(view, sections, {
    document: { schema: 'poolctl.diagnosis/1', poolctl: version, result },
    footer: `Written by poolctl ${version}. The result is in this file as JSON too, in the element with the id poolctl.`,
  });
}

function chartOf(
  timeline: readonly RecordedSlice[],
  { durationMs }: Recording,
  id: string,
  title: string,
  lines: readonly { readonly name: string; readonly of: (slice: RecordedSlice) => number }[],
): Chart {
  const series = lines.map(({ name, of }) => ({
    name,
    isCurve: true,
    points: timeline.map((slice) => ({ x: slice.fromMs / 1_000, y: of(slice) })),
  }));
  const seconds = timeline.map(({ fromMs }) => fromMs / 1_000);
  return {
    ...{ id, title, series },
    description: 'The most in each slice of the recording.',
    x: { label: 'seconds', scale: linearScale([0, durationMs / 1_000]), format: formatNumber },
    y: {
      label: lines[0]?.name ?? '',
      scale: linearScale(series.flatMap(({ points }) => points.map(({ y }) => y))),
      format: formatNumber,
    },
    rows: seconds.filter((_, index) => index % 10 === 0),
  };
}
