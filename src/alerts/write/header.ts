import { packageVersion } from '../../base/version.ts';
import { wrap } from '../../base/wrap.ts';
import { alertsOf } from '../alerts.ts';
import type { AlertSource } from '../figures.ts';
import type { AlertSettings } from '../settings.ts';

/** What stands above the rules: whose metrics they read, what was left out, and what not to believe. */
export function headerOf(sources: readonly AlertSource[], settings: AlertSettings): readonly string[] {
  const ids = sources.map(({ id }) => id).join(', ');
  const traps = sources.flatMap(({ id, profile }) => (profile.traps ?? []).map(({ text }) => `${id}: ${text}.`));
  const silent = sources.filter((source) => alertsOf([source], settings).length === 0).map(({ id }) => id);
  const plan =
    settings.plan === undefined
      ? 'Without --from size.json there are no rules for the room of a roll-out and for the planned connections.'
      : `Planned connections: ${settings.plan.source}.`;
  return [
    `Written by poolctl rules ${packageVersion()} for ${ids}, scraped every ${settings.scrapeSeconds} s.`,
    plan,
    ...(silent.length > 0 ? [`No rule for ${silent.join(', ')}: it measures nothing that they need.`] : []),
    ...traps,
  ].flatMap((line) => wrap(line, 78));
}
