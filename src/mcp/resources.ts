import { readFileSync } from 'node:fs';
import { PoolctlError } from '../base/errors.ts';
import { explain, topics } from '../profiles/explain.ts';
import { rulePageIds, rulePageTitle } from '../profiles/rule-pages.ts';

/** The pages of the rules, as docs/rules has them. */
const pages = new URL('../../docs/rules/', import.meta.url);
const ruleStart = 'poolctl://rules/';
const topicStart = 'poolctl://topics/';

export const resourceTemplates = [
  {
    uriTemplate: `${ruleStart}{rule}`,
    name: 'rule',
    title: 'A rule of lint',
    description: 'What a rule of lint finds, why it matters and what to do.',
    mimeType: 'text/markdown',
  },
  {
    uriTemplate: `${topicStart}{topic}`,
    name: 'topic',
    title: 'A topic of explain',
    description: 'A term, a symptom, an error code or a warning code, explained.',
    mimeType: 'text/plain',
  },
];

/** All pages and topics; every word of them is poolctl's own. */
export function listResources() {
  const rules = rulePageIds().map((id) => resource(`${ruleStart}${id}`, id, rulePageTitle(id), 'text/markdown'));
  const others = topics()
    .filter(({ kind }) => kind !== 'rules')
    .map(({ id, title }) => resource(topicUri(id), id, title, 'text/plain'));
  return [...rules, ...others];
}

function resource(uri: string, name: string, title: string, mimeType: string) {
  return { uri, name, title, mimeType };
}

function topicUri(id: string): string {
  return `${topicStart}${encodeURIComponent(id)}`;
}

/** @throws PoolctlError TOPIC_UNKNOWN */
export async function readResource(uri: string) {
  if (uri.startsWith(ruleStart)) {
    const id = uri.slice(ruleStart.length);
    // Only names of the list: a path is none.
    if (rulePageIds().includes(id)) {
      return { uri, mimeType: 'text/markdown', text: readFileSync(new URL(`${id}.md`, pages), 'utf8') };
    }
  }
  const topic = topics().find(({ id, kind }) => kind !== 'rules' && topicUri(id) === uri);
  if (topic) return { uri, mimeType: 'text/plain', text: (await explain(topic.id)).text };
  throw new PoolctlError('TOPIC_UNKNOWN', 'There is no such resource.', { hint: 'resources/list has them all.' });
}

/** The names that may stand in a template, for one that is half written. */
export function completeName(argument: string, begun: string): string[] {
  const names =
    argument === 'rule' ? rulePageIds() : topics().flatMap(({ id, kind }) => (kind === 'rules' ? [] : [id]));
  return names.filter((name) => name.toLowerCase().startsWith(begun.toLowerCase())).slice(0, 100);
}
