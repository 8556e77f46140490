import { metricsFor } from '../../profiles/metrics.ts';
import { type AlertSource, SourceFigures } from '../figures.ts';
import type { Matcher } from '../promql.ts';
import type { AlertSettings } from '../settings.ts';
import { type PanelDefinition, panelTable } from './panels.ts';

const datasource = { type: 'prometheus', uid: '${datasource}' } as const;
const [width, height] = [12, 8];
const chosenJob: Matcher = { label: 'job', operator: '=~', value: '$job' };

/** A dashboard of Grafana (schema version 39, which newer ones convert); the data source and the job are chosen in it. */
export function grafanaDashboard(sources: readonly AlertSource[], settings: AlertSettings, uid: string): string {
  const figures = sources.map((source) => new SourceFigures({ ...source, matchers: [...source.matchers, chosenJob] }));
  const panels = panelTable(settings)
    .map((definition) => ({ definition, targets: targetsOf(definition, figures) }))
    .filter(({ targets }) => targets.length > 0)
    .map(({ definition, targets }, index) => panel(definition, targets, index));
  const dashboard = {
    uid: `pools-${uid.replaceAll('.', '-')}`.slice(0, 40),
    title: 'Connection pools',
    description: `Written by poolctl rules for ${sources.map(({ id }) => id).join(', ')}.`,
    tags: ['poolctl'],
    schemaVersion: 39,
    editable: true,
    graphTooltip: 1,
    time: { from: 'now-6h', to: 'now' },
    refresh: '30s',
    annotations: { list: [] },
    templating: { list: [datasourceVariable, jobVariable(sources)] },
    panels,
  };
  return `${JSON.stringify(dashboard, null, 2)}\n`;
}

const datasourceVariable = {
  name: 'datasource',
  label: 'Data source',
  type: 'datasource',
  query: 'prometheus',
  options: [],
  hide: 0,
  includeAll: false,
  multi: false,
  refresh: 1,
  regex: '',
} as const;

/** The jobs that have one of the metrics. */
function jobVariable(sources: readonly AlertSource[]): object {
  const names = sources.flatMap(({ profile }) =>
    (['limit', 'taken'] as const).flatMap((quantity) =>
      metricsFor(profile, quantity).flatMap((metric) => metric.names),
    ),
  );
  const query = `label_values({__name__=~"${[...new Set(names)].join('|')}"}, job)`;
  return {
    name: 'job',
    label: 'Job',
    type: 'query',
    datasource,
    definition: query,
    query: { query, refId: 'jobs' },
    options: [],
    hide: 0,
    includeAll: true,
    allValue: '.*',
    multi: true,
    refresh: 2,
    regex: '',
    sort: 1,
  };
}

interface Target {
  readonly expr: string;
  readonly legendFormat: string;
}

function targetsOf(definition: PanelDefinition, sources: readonly SourceFigures[]): readonly Target[] {
  const targets = sources.flatMap((figures) =>
    definition.targets(figures).map(({ expr, labels, name }) => ({
      expr,
      legendFormat: [...labels, 'instance'].map((label) => `{{${label}}}`).join(' ') + (name ? ` ${name}` : ''),
    })),
  );
  // Sources whose names are the same give the same curve.
  return targets.filter(({ expr }, index) => targets.findIndex((other) => other.expr === expr) === index);
}

function panel(
  { title, description, unit, limits }: PanelDefinition,
  targets: readonly Target[],
  index: number,
): object {
  const steps = [
    { color: 'green', value: null },
    ...(limits.warn === undefined ? [] : [{ color: 'orange', value: limits.warn }]),
    ...(limits.crit === undefined ? [] : [{ color: 'red', value: limits.crit }]),
  ];
  return {
    id: index + 1,
    type: 'timeseries',
    title,
    description,
    datasource,
    gridPos: { x: (index % 2) * width, y: Math.floor(index / 2) * height, w: width, h: height },
    fieldConfig: {
      defaults: {
        unit,
        min: 0,
        ...(unit === 'percentunit' && { max: 1 }),
        thresholds: { mode: 'absolute', steps },
        custom: { lineWidth: 1, fillOpacity: 10, thresholdsStyle: { mode: steps.length > 1 ? 'line' : 'off' } },
      },
      overrides: [],
    },
    options: {
      legend: { displayMode: 'list', placement: 'bottom', showLegend: true, calcs: [] },
      tooltip: { mode: 'multi', sort: 'desc' },
    },
    targets: targets.map(({ expr, legendFormat }, at) => ({
      refId: String.fromCharCode(65 + at),
      datasource,
      editorMode: 'code',
      expr,
      legendFormat,
      range: true,
      instant: false,
    })),
  };
}
