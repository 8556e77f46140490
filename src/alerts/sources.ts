import { PoolctlError } from '../base/errors.ts';
import { didYouMean } from '../base/suggest.ts';
import { profileIds } from '../profiles/files.ts';
import { metricSource } from '../profiles/load.ts';
import type { AlertSource } from './figures.ts';
import type { SourceSelector } from './parse-selector.ts';

/** The sources that rules can be written for. */
export const metricSourceIds = (): readonly string[] => profileIds('metrics');

/** poolctl's own. */
export const usualSources = ['poolctl-watch', 'poolctl-monitor'] as const;

/**
 * Sources by their ids, each with what its series have to be like. One whose names another one includes is left out.
 * @throws PoolctlError VALUE_INVALID, INPUT_CONTRADICTION
 */
export async function alertSources(
  ids: readonly string[],
  selectors: readonly SourceSelector[],
): Promise<readonly AlertSource[]> {
  const known = metricSourceIds();
  for (const id of [...ids, ...selectors.map((one) => one.source)]) {
    if (id === undefined || known.includes(id)) continue;
    throw new PoolctlError('VALUE_INVALID', `There is no source of metrics "${id}".${didYouMean(id, known)}`, {
      hint: '`poolctl rules --list` has the sources.',
    });
  }
  const unused = selectors.find((one) => one.source !== undefined && !ids.includes(one.source))?.source;
  if (unused !== undefined) {
    throw new PoolctlError('INPUT_CONTRADICTION', `A selector is for ${unused}, and no rules are asked for it.`, {
      hint: `Write --for ${[...ids, unused].join()}.`,
    });
  }
  const profiles = await Promise.all([...new Set(ids)].map(async (id) => ({ id, profile: await metricSource(id) })));
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
