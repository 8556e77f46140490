import { readdirSync, readFileSync } from 'node:fs';
import { type Kind, kinds, profileIds, profileText, profileTitle } from './files.ts';
import { driverProfile, findProfile } from './load.ts';
import { rulePageIds, rulePageTitle } from './rule-pages.ts';
import type { ServerProfile } from './server.ts';

/** A name, and what it is. */
interface Named {
  readonly name: string;
  readonly is: string;
}

/** Settings of servers and poolers, and options of drivers, that have this name. */
export async function settingsNamed(input: string): Promise<Named[]> {
  const name = input.trim();
  const ofServers = (['servers', 'poolers'] as const).flatMap((kind) => profileIds(kind).map((id) => ({ kind, id })));
  const found = await Promise.all([
    ...ofServers.map(({ kind, id }) => settingOf(kind, id, name)),
    ...profileIds('drivers').map((id) => optionOf(id, name)),
  ]);
  return found.flat();
}

async function settingOf(kind: Kind, id: string, name: string): Promise<Named[]> {
  const { settings = {} } = (await findProfile(`${kind}/${id}`)).values as Pick<ServerProfile, 'settings'>;
  const setting = Object.hasOwn(settings, name) ? settings[name] : undefined;
  if (!setting) return [];
  const { default: usual, unit = '', since, note } = setting;
  const facts = [
    usual === undefined ? undefined : `default ${usual}${unit && ` ${unit}`}`,
    since === undefined ? undefined : `since ${since}`,
  ].filter(Boolean);
  const is = [`of ${profileTitle(kind, id)}`, ...facts].join(', ');
  return [{ name: `poolctl profiles show ${kind}/${id}`, is: note === undefined ? is : `${is}. ${note}` }];
}

async function optionOf(id: string, name: string): Promise<Named[]> {
  const { options, title } = await driverProfile(id);
  return Object.entries(options).flatMap(([concept, option]) =>
    option?.option === name
      ? [{ name: `poolctl profiles show drivers/${id}`, is: `of ${title}: what poolctl calls ${concept}` }]
      : [],
  );
}

const topics = new URL('../../profiles/topics/', import.meta.url);
const mostMentions = 12;

/** Texts and profiles that have this name or these words: those of that name first, then explanations, then profiles. */
export function mentionsOf(input: string): Named[] {
  const words = input.trim().toLowerCase();
  if (!/^[\w .+-]{3,60}$/.test(words)) return [];
  const whole = new RegExp(`(?<![\\w-])${words.replace(/[.+]/g, '\\$&').replace(/[ _-]+/g, '[ _-]')}(?![\\w-])`, 'i');
  const texts = [
    ...readdirSync(topics).map((file) => ofTopic(file)),
    ...rulePageIds().map((id) => ({
      id,
      name: `poolctl explain ${id}`,
      is: rulePageTitle(id),
      text: rulePageTitle(id),
    })),
    ...kinds.flatMap((kind) => profileIds(kind).map((id) => ofProfile(kind, id))),
  ];
  const named = texts
    .filter(({ id, is }) => whole.test(id) || whole.test(is))
    .sort((one, other) => Number(other.id === words) - Number(one.id === words));
  const mentioning = texts.filter((text) => !named.includes(text) && whole.test(text.text));
  return [...named, ...mentioning].slice(0, mostMentions).map(({ name, is }) => ({ name, is }));
}

function ofTopic(file: string) {
  const text = readFileSync(new URL(file, topics), 'utf8');
  const id = file.replace(/\.txt$/, '');
  return { id, name: `poolctl explain ${id}`, is: text.split('\n')[0] ?? id, text };
}

/** Without its sources, whose addresses have any word in them. */
function ofProfile(kind: Kind, id: string) {
  const text = profileText(kind, id).replace(/^ *(?:ref|source): .*$/gm, '');
  return { id, name: `poolctl profiles show ${kind}/${id}`, is: profileTitle(kind, id), text };
}
