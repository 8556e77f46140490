import { formatDuration, formatRatio } from '../base/units.ts';
import type { View } from '../render/view.ts';
import type { Figures } from '../simulate/figures.ts';
import type { MeanEstimate } from '../simulate/model.ts';
import { sweepChart, timeCharts } from './simulate/charts.ts';
import { type SimulatedPool, type SimulationOutcome, settingsText } from './simulate/outcome.ts';
import { comparisonTable, sweepTable } from './simulate/tables.ts';
import { smallestOf, sweepAnswer, verdictOf } from './simulate/verdict.ts';

/** What happened, side by side or as a curve. */
export function simulationView(outcome: SimulationOutcome): View {
  const { pools, isSweep } = outcome;
  if (isSweep) return { ...sweepAnswer(outcome), tables: [sweepTable(pools)], charts: [sweepChart(pools)] };
  return {
    headline: pools.map(headlineOf).join('   ·   '),
    verdict: verdictOf(outcome),
    tables: [comparisonTable(outcome)],
    charts: pools.flatMap((pool) => timeCharts(pool, outcome)),
  };
}

/** Whether the first pool, or one of a sweep, meets its targets. */
export function isGoodOutcome({ pools, isSweep }: SimulationOutcome): boolean {
  const judged = isSweep ? smallestOf(pools) : pools[0];
  return judged?.verdict.meetsTargets ?? false;
}

/** The same for programs; a bound that is not known is left out. */
export function simulationResult({ pools, ...outcome }: SimulationOutcome): object {
  const smallest = outcome.isSweep ? smallestOf(pools) : undefined;
  return {
    ...outcome,
    ...(smallest && { smallestConnectionLimit: smallest.settings.connections }),
    pools: pools.map((pool) => ({ ...pool, figures: knownFigures(pool.figures, outcome.deadlineMs) })),
  };
}

function knownFigures({ answeredInTimeRatio, ...figures }: Figures, deadlineMs: number | undefined): object {
  const known = Object.entries(deadlineMs === undefined ? figures : { ...figures, answeredInTimeRatio });
  return Object.fromEntries(known.map(([name, figure]) => [name, knownEstimate(figure)]));
}

function knownEstimate({ mean, halfWidth, low, high }: MeanEstimate): object {
  const isBounded = Number.isFinite(high);
  return { mean, ...(Number.isFinite(halfWidth) && { halfWidth }), low, ...(isBounded && { high }) };
}

function headlineOf(pool: SimulatedPool): string {
  const { p99WaitMs, lostRatio } = pool.figures;
  return `${settingsText(pool)}: p99 wait ${formatDuration(p99WaitMs.mean)}, ${formatRatio(lostRatio.mean)} lost`;
}
