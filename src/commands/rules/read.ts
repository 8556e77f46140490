import type { AlertSource } from '../../alerts/figures.ts';
import { type AlertSettings, defaultAlertSettings, type FleetPlan } from '../../alerts/settings.ts';
import { PoolctlError } from '../../base/errors.ts';
import type { Io } from '../../base/io.ts';
import { didYouMean } from '../../base/suggest.ts';
import { readInput } from '../../cli/input.ts';
import type { ReadOption } from '../../cli/options.ts';
import { metricSource } from '../../profiles/load.ts';
import { metricSourceIds, rulesFlags } from './flags.ts';

/** The sources that were asked for, each with what its series have to be like. */
export async function readSources(read: ReadOption): Promise<readonly AlertSource[]> {
  const known = await metricSourceIds();
  const { value: ids, source } = read(rulesFlags.for);
  const selectors = read(rulesFlags.selector).map(({ value }) => value);
  for (const [id, flag] of [
    ...ids.map((id) => [id, source] as const),
    ...selectors.map((one) => [one.source, '--selector'] as const),
  ]) {
    if (id === undefined || known.includes(id)) continue;
    throw new PoolctlError('VALUE_INVALID', `${flag}: there is no source "${id}".${didYouMean(id, known)}`, {
      hint: '`poolctl rules --list` has the sources.',
    });
  }
  const unused = selectors.find((one) => one.source !== undefined && !ids.includes(one.source));
  if (unused) {
    throw new PoolctlError('INPUT_CONTRADICTION', `--selector is for ${unused.source}, and --for does not name it.`, {
      hint: `Write --for ${[...ids, unused.source].join()}.`,
    });
  }
  const profiles = await Promise.all(ids.map(async (id) => ({ id, profile: await metricSource(id) })));
  const included = new Set(profiles.map(({ profile }) => profile.includes));
  const sources = profiles
    .filter(({ id }) => !included.has(id))
    .map(({ id, profile }) => ({
      id,
      profile,
      matchers: selectors.filter((one) => one.source === undefined || one.source === id).flatMap((one) => one.matchers),
    }));
  checkNames(sources);
  return sources;
}

/** Two exporters may call their metrics alike: then one alert would come twice. */
function checkNames(sources: readonly AlertSource[]): void {
  const owners = new Map<string, string>();
  for (const { id, profile, matchers } of sources) {
    for (const metric of Object.values(profile.metrics).flat()) {
      for (const name of metric.names) {
        const series = `${name} ${JSON.stringify(matchers)}`;
        const owner = owners.get(series) ?? id;
        owners.set(series, owner);
        if (owner === id) continue;
        throw new PoolctlError('INPUT_CONTRADICTION', `${owner} and ${id} both have ${name}.`, {
          hint: `Say which series are whose: --selector '${owner}{job="…"}' --selector '${id}{job="…"}'.`,
        });
      }
    }
  }
}

/** Limits, windows and the plan. */
export async function readAlertSettings(read: ReadOption, io: Io): Promise<AlertSettings> {
  const given = new Map(read(rulesFlags.alarm).map(({ value }) => [value.alarm, value.limits]));
  const usual = defaultAlertSettings.limits;
  const plan = await readPlan(read, io);
  return {
    scrapeSeconds: read(rulesFlags['scrape-interval']).value / 1_000,
    limits: {
      saturation: given.get('saturation') ?? usual.saturation,
      maxWaitSeconds: given.get('max-wait') ?? usual.maxWaitSeconds,
      idleTransactionSeconds: given.get('idle-tx') ?? usual.idleTransactionSeconds,
      transactionSeconds: given.get('tx-age') ?? usual.transactionSeconds,
      meanWaiters: given.get('waiters') ?? usual.meanWaiters,
    },
    ...(plan && { plan }),
  };
}

async function readPlan(read: ReadOption, io: Io): Promise<FleetPlan | undefined> {
  const from = read(rulesFlags.from)?.value;
  const most = read(rulesFlags['planned-connections']);
  const surge = read(rulesFlags['rollout-connections']);
  const flags = {
    ...(most && { mostConnections: most.value }),
    ...(surge && { rolloutConnections: surge.value }),
  };
  if (from === undefined) {
    const source = [most, surge].flatMap((given) => (given ? [given.source] : [])).join(' and ');
    return source === '' ? undefined : { source, ...flags };
  }
  const { parseSized } = await import('../../size/document.ts');
  const { text, name } = await readInput(from, io);
  const { connectionLimit, fleet } = parseSized(text, name);
  const normal = fleet.normal.instances * fleet.processesPerInstance * connectionLimit;
  const { connections } = fleet.rollout;
  return {
    // It goes into texts that Prometheus reads as templates.
    source: name === '<stdin>' ? 'the answer of size' : name.replaceAll('{{', '{ {'),
    mostConnections: connections,
    ...(connections > normal && { rolloutConnections: connections - normal }),
    ...flags,
  };
}
