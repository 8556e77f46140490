import type { EngineId } from '../../base/engine.ts';
import { PoolctlError } from '../../base/errors.ts';
import { formatDuration, parseDurationMs } from '../../base/units.ts';
import { holdDistribution } from '../../queueing/distribution.ts';
import type { HoldLaw } from '../../queueing/hold-law.ts';
import { normalQuantile } from '../../stats/normal.ts';
import type { ProbeWorkload } from './model.ts';

const hint = 'Write 300ms, exp:300ms (its mean) or lognormal:80ms,300ms (p50 and p95).';

/** Reads `300ms`, `exp:300ms`, `lognormal:80ms,300ms`; `source` begins the error. @throws PoolctlError VALUE_INVALID, INPUT_CONTRADICTION */
export function parseHold(text: string, source: string): HoldLaw {
  const [, kind, rest = ''] = /^([a-z]+):(.*)$/.exec(text) ?? [undefined, undefined, text];
  switch (kind) {
    case undefined:
    case 'const':
      return { kind: 'constant', meanMs: parseDurationMs(rest, source) };
    case 'exp':
      return { kind: 'exponential', meanMs: parseDurationMs(rest, source) };
    case 'lognormal':
      return lognormal(rest, text, source);
    default:
      throw new PoolctlError('VALUE_INVALID', `${source} "${text}" is not a time or a distribution of times.`, {
        hint,
      });
  }
}

function lognormal(rest: string, text: string, source: string): HoldLaw {
  const [p50Text = '', p95Text, ...more] = rest.split(',');
  if (p95Text === undefined || more.length > 0) {
    throw new PoolctlError('VALUE_INVALID', `${source} "${text}" needs two times, its p50 and its p95.`, { hint });
  }
  const p50Ms = parseDurationMs(p50Text.trim(), source);
  const p95Ms = parseDurationMs(p95Text.trim(), source);
  if (p50Ms > p95Ms) {
    throw new PoolctlError('INPUT_CONTRADICTION', `${source}: a p50 of ${p50Text} is above a p95 of ${p95Text}.`, {
      hint,
    });
  }
  if (p50Ms === p95Ms) return { kind: 'constant', meanMs: p50Ms };
  const law: HoldLaw = { kind: 'lognormal', medianMs: p50Ms, sigma: Math.log(p95Ms / p50Ms) / normalQuantile(0.95) };
  holdDistribution(law); // Refuses what has no finite mean.
  return law;
}

/** Holds each connection as long as the law says, by the server's sleep: a slot is taken, and nothing else. */
export function holdWorkload(engine: EngineId, law: HoldLaw): ProbeWorkload {
  const text = engine === 'postgres' ? 'SELECT pg_sleep($1)' : 'SELECT SLEEP(?)';
  return {
    name: `hold ${lawText(law)}`,
    description: `The server sleeps in each request, ${lawText(law)}: connections and queues are as real as can be, the server's own limits are not tried.`,
    kind: 'hold',
    readOnly: true,
    transportOnly: false,
    scripts: [
      { weight: 1, isTransaction: false, statements: [{ text, prepared: false, isSleep: true, parameters: ['hold'] }] },
    ],
    variables: { hold: { kind: 'sleep', law } },
  };
}

function lawText(law: HoldLaw): string {
  const { meanMs, quantile } = holdDistribution(law);
  if (law.kind === 'constant') return formatDuration(meanMs);
  if (law.kind === 'exponential') return `exponential, mean ${formatDuration(meanMs)}`;
  return `${law.kind}, p50 ${formatDuration(quantile(0.5))}, p95 ${formatDuration(quantile(0.95))}`;
}
