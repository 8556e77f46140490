import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { RulePage } from './rule-page.ts';

const folder = new URL('../../profiles/rules/', import.meta.url);
/** Written by the build: the same pages as JSON. */
const built = new URL('./data/rules/', import.meta.url);

/** The ids of the rules that have a page, sorted. */
export function rulePageIds(): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => name.slice(0, -'.yaml'.length))
    .sort();
}

/** The page of a rule; undefined where it has none. */
export async function rulePage(id: string): Promise<RulePage | undefined> {
  const json = new URL(`${id}.json`, built);
  if (existsSync(json)) return JSON.parse(readFileSync(json, 'utf8')) as RulePage;
  if (!rulePageIds().includes(id)) return undefined;
  return (await import('./rule-page.ts')).parseRulePage(id, readFileSync(new URL(`${id}.yaml`, folder), 'utf8'));
}

/** The title of a rule's page, from its first line: a list of all parses none of them. */
export function rulePageTitle(id: string): string {
  const title = /^title: (.*)$/m.exec(readFileSync(new URL(`${id}.yaml`, folder), 'utf8'))?.[1] ?? id;
  return title.replace(/^(['"])(.*)\1$/, '$2');
}
