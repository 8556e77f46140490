import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { exitCodes } from '../../src/base/errors.ts';
import { fleetSchema, partSchemas } from '../../src/fleet/schema.ts';
import { configSchema } from '../../src/lint/config-schema.ts';
import { rulePage, rulePageIds } from '../../src/profiles/rule-pages.ts';
import { cellWidth } from '../../src/render/cells.ts';
import { asksServer, compile, exportedFunctions } from '../helpers/docs-examples.ts';
import { brokenLinks, linksOf } from '../helpers/docs-links.ts';
import { unknownNames } from '../helpers/docs-names.ts';
import { jsonSchemaOf } from '../helpers/json-schema.ts';
import { codeBlock, readPages, renewPage } from '../helpers/readme.ts';
import { rulePageMarkdown } from '../helpers/rule-docs.ts';
import { root } from '../helpers/run.ts';
import { shardPlan, shardPlanFile } from '../helpers/shard-plan.ts';

const pages = readPages();
const page = (name: string) => pages.find((candidate) => candidate.name === name)?.text ?? '';
const readme = page('README.md');
const pagesIn = (folder: string) =>
  pages
    .map(({ name }) => name)
    .filter((name) => name.startsWith(`${folder}/`) && name.split('/').length === folder.split('/').length + 1);
const linkedFrom = (name: string) => linksOf({ name, text: page(name) }).map(({ file }) => file);
const { scripts, version } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));

it('docs/examples/shards shows what a plan of shards is: its page writes jobs for it', () => {
  const made = shardPlanFile(shardPlan());
  const path = `${root}docs/examples/shards/plan.json`;
  if (process.env['UPDATE_DOCS']) writeFileSync(path, made);
  else expect(readFileSync(path, 'utf8')).toBe(made);
});

describe.each(pages)('$name', (here) => {
  it('shows what its commands and examples print, and tables of what there is (npm run docs rewrites them)', async () => {
    const renewed = await renewPage(here);
    if (process.env['UPDATE_DOCS']) writeFileSync(`${root}${here.name}`, renewed);
    else expect(here.text).toBe(renewed);
  });

  it('is written for 80 columns', () => {
    const long = here.text
      .replace(codeBlock, '')
      .split('\n')
      .filter((line) => cellWidth(line) > 80 && !/^(?:\||- )/.test(line));
    expect(long).toEqual([]);
  });

  it('links to what is there', () => {
    expect(brokenLinks(here, pages)).toEqual([]);
  });

  it('names commands, flags, topics, scripts and paths that are there', async () => {
    expect(await unknownNames(here, scripts)).toEqual([]);
  });
});

describe('what is made from data (npm run docs rewrites it)', () => {
  const ids = rulePageIds();
  const files = () => readdirSync(`${root}docs/rules`).map((file) => file.replace(/\.md$/, ''));
  const hold = (path: string, made: string) => {
    if (process.env['UPDATE_DOCS']) writeFileSync(`${root}${path}`, made);
    else expect(readFileSync(`${root}${path}`, 'utf8')).toBe(made);
  };

  it.each(ids)('docs/rules shows what the page of %s says', async (id) => {
    const page = await rulePage(id);
    if (page) hold(`docs/rules/${id}.md`, rulePageMarkdown(id, page));
  });

  it('docs/rules shows what rules there are, and no more', () => {
    if (process.env['UPDATE_DOCS']) {
      for (const id of files().filter((name) => !ids.includes(name))) rmSync(`${root}docs/rules/${id}.md`);
    }
    expect(files().sort()).toEqual(ids);
  });

  it('docs/poolctl.schema.json shows what poolctl.yaml takes', () => {
    const $schema = 'https://json-schema.org/draft/2020-12/schema';
    const schema = { $schema, title: 'poolctl.yaml', ...jsonSchemaOf(configSchema) };
    hold('docs/poolctl.schema.json', `${JSON.stringify(schema, null, 2)}\n`);
  });

  it('docs/fleet.schema.json shows what fleet.yaml and the files of servers, poolers and services take', () => {
    const $schema = 'https://json-schema.org/draft/2020-12/schema';
    const anyOf = [fleetSchema, ...Object.values(partSchemas)].map((schema) => jsonSchemaOf(schema));
    const schema = { $schema, title: 'fleet.yaml, and files of a server, a pooler or a service', anyOf };
    hold('docs/fleet.schema.json', `${JSON.stringify(schema, null, 2)}\n`);
  });
});

describe('the README', () => {
  it('has at most 12,000 bytes', () => {
    expect(Buffer.byteLength(readme)).toBeLessThanOrEqual(12_000);
  });

  it('shows on a first screen of 80 columns what to type', () => {
    const screen = readme.split('\n').slice(0, 24);
    expect(screen.filter((line) => line.length > 80)).toEqual([]);
    expect(screen.join('\n')).toContain('\n$ poolctl size --tps 200 --p95 300');
    expect(screen.join('\n')).toContain('\nnode bin/poolctl size --tps 200 --p95 300');
  });

  it('links to every page of docs/, and to the findings', () => {
    expect(linkedFrom('README.md')).toEqual(expect.arrayContaining(pagesIn('docs')));
    expect(linkedFrom('README.md')).toContain('findings/README.md');
  });

  it('documents every exit code', () => {
    for (const [code, meaning] of Object.entries(exitCodes)) expect(readme).toContain(`| ${code} | ${meaning} |`);
  });
});

it('has an entry for this version in its changelog, at the top', () => {
  const [, newest] = /^## (\S+)/m.exec(page('docs/CHANGELOG.md')) ?? [];
  expect(newest).toBe(version);
});

it('names this version where a file is installed', () => {
  expect(readme).toContain(`poolctl-${version}.tgz`);
});

describe('the Korean pages', () => {
  const korean = ['docs/README.ko.md', ...pagesIn('docs/ko')];

  it('are all linked from docs/README.ko.md', () => {
    expect(linkedFrom('docs/README.ko.md')).toEqual(expect.arrayContaining(pagesIn('docs/ko')));
  });

  it.each(korean)('%s leads to English, and the page of its subject leads back', (name) => {
    const [line = ''] = page(name).split('\n').slice(2);
    const english = linksOf({ name, text: line }).map(({ file }) => file);
    const subject = name === 'docs/README.ko.md' ? 'README.md' : name.replace('/ko/', '/');
    if (!pages.some((one) => one.name === subject))
      expect(english.some((file) => pagesIn('docs').includes(file))).toBe(true);
    else {
      expect(english).toContain(subject);
      const [back = ''] = page(subject).split('```');
      expect(linksOf({ name: subject, text: back }).map(({ file }) => file)).toContain(name);
    }
  });
});

it('has the two commands that do all the set-up, and the scripts that they call exist', () => {
  for (const [name, command, script] of [
    ['README.md', 'npm ci && npm run demo', 'demo'],
    ['docs/CONTRIBUTING.md', 'npm ci && npm test', 'test'],
  ] as const) {
    expect(page(name)).toContain(`\n${command}\n`);
    expect(scripts).toHaveProperty(script);
  }
  expect(readFileSync(`${root}.ci/run`, 'utf8')).toContain('npm test');
});

describe('the library', () => {
  const examples = pages
    .flatMap(({ text }) => [...text.matchAll(codeBlock)])
    .filter(([, , language]) => language === 'ts')
    .map(([, , , code = '']) => code);

  it('has an example for each entry, and one that runs', () => {
    for (const { entry } of exportedFunctions) expect(examples.join('')).toContain(` from '${entry}';`);
    expect(examples.filter((example) => !asksServer(example)).length).toBeGreaterThan(0);
  });

  it('has examples that a strict compiler accepts', async () => {
    expect(await compile(examples)).toEqual([]);
  });

  it('has the functions that the table of its page names', () => {
    const section = /^\| Function \|[\s\S]*?\n\n/m.exec(page('docs/library.md'))?.[0] ?? '';
    const names = [...section.matchAll(/`(\w+)`/g)].map(([, name = '']) => name);
    expect(names.length).toBeGreaterThan(10);
    const all = exportedFunctions.flatMap((entry) => entry.names);
    expect(names.filter((name) => !all.includes(name))).toEqual([]);
  });
});
