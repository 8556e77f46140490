import { formatDuration, formatNumber } from '../base/units.ts';
import type { Warning } from '../base/warning.ts';
import type { Figure, Measurement } from './result.ts';

/** Below this the lag of the counters matters. */
const goodWindowSeconds = 60;
const unsteadyRatio = 1.5;

/** What a reader of the measurement should know before sizing by it. */
export function measurementWarnings(measured: Measurement): Warning[] {
  return [contradiction, shortWindow, unsteady, severalUsers].flatMap((rule) => rule(measured));
}

function contradiction({ agrees, heldBy, engine }: Measurement): Warning[] {
  if (agrees) return [];
  const [first, ...rest] = heldBy.map(show);
  return [
    {
      code: 'MEASUREMENTS_DISAGREE',
      message: `Little's law does not hold between the figures: connections in use are ${first} but ${rest.join(', ')}.`,
      hint:
        engine === 'postgres'
          ? 'Statements that touch no table, or that still run, are counted late or not yet; where the sampled figure is the larger, trust it.'
          : 'Statements outside of transactions, or that still run, are not in every counter; where the sampled figure is the larger, trust it.',
    },
  ];
}

function show({ value, low, high, source }: Figure): string {
  return `${formatNumber(value)} (${formatNumber(low)} to ${formatNumber(high)}) by ${source}`;
}

function shortWindow({ windowSeconds, ratePerSecond }: Measurement): Warning[] {
  if (windowSeconds >= goodWindowSeconds * 0.95) return [];
  const width = (ratePerSecond.high - ratePerSecond.low) / 2 / ratePerSecond.value;
  return [
    {
      code: 'WINDOW_SHORT',
      message: `A window of ${formatDuration(windowSeconds * 1_000)} is short: the rate is uncertain by ${Number.isFinite(width) ? `${formatNumber(width * 100)} %` : 'more than it is'}.`,
      hint: 'Counters come up to a second late, and load changes: --window 60s and more, at the busiest time.',
    },
  ];
}

function unsteady({ peakPerSecond, ratePerSecond, windowSeconds, readings }: Measurement): Warning[] {
  const inStretch = (ratePerSecond.value * windowSeconds) / Math.max(1, readings - 1);
  // Chance alone lets a stretch of n requests come out four times sqrt(n) higher about once in 30,000.
  const byChance = 1 + 4 / Math.sqrt(inStretch);
  if (peakPerSecond < ratePerSecond.value * Math.max(unsteadyRatio, byChance)) return [];
  return [
    {
      code: 'LOAD_UNSTEADY',
      message: `The load changed during the window: ${formatNumber(ratePerSecond.value)} a second on average, ${formatNumber(peakPerSecond)} at the busiest.`,
      hint: 'Size by the busiest: measure again then, or add --total-tps with its rate.',
    },
  ];
}

/** On a whole server, the load of all users is one figure. */
function severalUsers({ scope, byName, ratePerSecond }: Measurement): Warning[] {
  const busy = byName.filter((entry) => entry.ratePerSecond >= ratePerSecond.value * 0.05);
  if (scope !== 'the whole server' || busy.length < 2) return [];
  return [
    {
      code: 'SEVERAL_USERS_MEASURED',
      message: `The load is that of ${busy.length} users together: ${busy.map((entry) => `${entry.name} ${formatNumber(entry.ratePerSecond)}/s`).join(', ')}.`,
      hint: 'If only one of them is to be sized, give its rate with --total-tps.',
    },
  ];
}
