import { tidy } from '../base/units.ts';
import type { Incident, SimulationInput } from './model.ts';

/** A ready run: what happens in it, in one line, and how it changes a plain run. */
export interface Scenario {
  readonly summary: string;
  /** What is marked on the charts; absent where nothing happens. */
  readonly label?: string;
  /** `surgeRatio` is how many more instances a deploy starts, as a share of those that run; 1 by default. */
  apply(input: SimulationInput, options?: { readonly surgeRatio?: number }): SimulationInput;
}

/** An incident from one third of the measured time on. */
function during(input: SimulationInput, lastsMs: number, incident: (fromMs: number, toMs: number) => Incident) {
  const { warmupMs = 0, durationMs } = input;
  const fromMs = warmupMs + (durationMs - warmupMs) / 3;
  return { ...input, incidents: [...(input.incidents ?? []), incident(fromMs, fromMs + lastsMs)] };
}

/** Instances while a deploy runs: twice as many, or the surge more, rounded up as Kubernetes does. */
export function surgedInstances(instances: number, surgeRatio = 1): number {
  return instances + Math.ceil(tidy(instances * surgeRatio));
}

const seconds = (count: number) => count * 1_000;

const frozen = (input: SimulationInput) =>
  during(input, seconds(5), (fromMs, toMs) => ({
    kind: 'slow-database',
    fromMs,
    toMs,
    factor: Number.POSITIVE_INFINITY,
  }));

export const scenarios = {
  steady: {
    summary: 'the load as it is',
    apply: (input) => input,
  },
  burst: {
    summary: 'three times the load for ten seconds',
    label: 'burst',
    apply: (input) => during(input, seconds(10), (fromMs, toMs) => ({ kind: 'more-load', fromMs, toMs, factor: 3 })),
  },
  stall: {
    summary: 'the database freezes for five seconds',
    label: 'stall',
    apply: frozen,
  },
  deploy: {
    summary:
      'for twenty seconds twice the instances run (or those of --surge), the new ones with pools that have to fill',
    label: 'deploy',
    apply: (input, { surgeRatio } = {}) =>
      during({ ...input, connectMs: input.connectMs ?? 30 }, seconds(20), (fromMs, toMs) => ({
        kind: 'more-instances',
        fromMs,
        toMs,
        factor: surgedInstances(input.pools ?? 1, surgeRatio) / (input.pools ?? 1),
      })),
  },
  'slow-query': {
    summary: 'for twenty seconds every query takes four times as long (a lost index, a lock)',
    label: 'slow',
    apply: (input) =>
      during(input, seconds(20), (fromMs, toMs) => ({ kind: 'slow-database', fromMs, toMs, factor: 4 })),
  },
  'retry-storm': {
    summary: 'the database freezes for five seconds, and requests that fail come again up to three times',
    label: 'stall',
    apply: (input) => ({ ...frozen(input), retries: input.retries ?? { attempts: 3, pauseMs: 200 } }),
  },
} as const satisfies Readonly<Record<string, Scenario>>;

export type ScenarioName = keyof typeof scenarios;
