import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { lintProject } from '../../src/lint/lint-project.ts';
import type { ProjectFiles } from '../../src/lint/project.ts';
import { readConfig } from '../../src/lint/read-config.ts';
import { rules } from '../../src/lint/rules/index.ts';
import type { DriverProfile } from '../../src/profiles/driver.ts';
import { profileIds } from '../../src/profiles/files.ts';
import { parseLintFacts } from '../../src/profiles/lint-facts.ts';
import { parseShipped } from '../../src/profiles/shipped.ts';
import { root } from './run.ts';

/** The folder of all fixtures: one folder a rule; in it, files that are each a project alone, and folders that are one. */
export const fixturesFolder = `${root}test/unit/lint/fixtures/`;

/** A project to lint for one rule. */
export interface Fixture {
  /** `leak-no-finally/pg.ts`, or the folder of a project. */
  readonly name: string;
  readonly rule: string;
  /** Texts by path. */
  readonly texts: ReadonlyMap<string, string>;
}

/** Where a finding begins, as `file:line rule`. */
type Place = string;

export interface Marks {
  readonly expect: readonly Place[];
  readonly ok: readonly Place[];
}

export const driverProfiles: ReadonlyMap<string, DriverProfile> = new Map(
  profileIds('drivers').map((id) => [id, parseShipped('drivers', id) as DriverProfile]),
);

export const facts = await parseLintFacts();

export function readFixtures(): Fixture[] {
  return foldersIn(fixturesFolder).flatMap((rule) =>
    readdirSync(join(fixturesFolder, rule)).map((name) => {
      const path = join(fixturesFolder, rule, name);
      const texts = statSync(path).isDirectory() ? textsIn(path) : [[name, readFileSync(path, 'utf8')] as const];
      return { name: `${rule}/${name}`, rule, texts: new Map(texts) };
    }),
  );
}

function foldersIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).filter((name) => statSync(join(folder, name)).isDirectory());
}

function textsIn(folder: string): [string, string][] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(folder, name)).isFile())
    .map((name) => [name.replaceAll('\\', '/'), readFileSync(join(folder, name), 'utf8')]);
}

const mark = /(?:\/\/|\/\*|#|--|;|<!--|\{\/\*)\s*(expect|ok):\s*([\w-]+(?:,\s*[\w-]+)*)/;

/**
 * The marks of a project: `// expect: ID, ID` and `// ok: ID` on the line where a finding begins or would, or alone on the
 * line above it. Files without comments have theirs in expected.txt: `file:line ID` a line, `ok file:line ID`.
 */
export function marksOf({ texts }: Pick<Fixture, 'texts'>): Marks {
  const marks = { expect: [] as Place[], ok: [] as Place[] };
  for (const [file, text] of texts) {
    for (const [index, line] of text.split(/\r\n|\n|\r/).entries()) {
      if (file === 'expected.txt') {
        if (line.trim() !== '') marks[line.startsWith('ok ') ? 'ok' : 'expect'].push(line.replace(/^ok /, '').trim());
        continue;
      }
      const found = mark.exec(line);
      if (!found) continue;
      const [, kind, ids = ''] = found;
      const isAlone = line.slice(0, found.index).trim() === '';
      for (const id of ids.split(/,\s*/)) {
        marks[kind === 'ok' ? 'ok' : 'expect'].push(`${file}:${index + (isAlone ? 2 : 1)} ${id}`);
      }
    }
  }
  return marks;
}

/** The findings of a fixture: of its rule, and of those that its marks name. */
export function lintFixture(fixture: Fixture): Place[] {
  const { expect, ok } = marksOf(fixture);
  const meant = new Set([fixture.rule, ...[...expect, ...ok].map((place) => place.split(' ')[1])]);
  return lintTexts(fixture.texts, fixture.rule)
    .findings.filter(({ rule }) => meant.has(rule))
    .map(({ rule, place }) => `${place.file}:${place.line} ${rule}`);
}

/** Lints a project in memory, by its poolctl.yaml, or with the preset `strict` and this rule on. */
export function lintTexts(texts: ReadonlyMap<string, string>, rule: string) {
  const files: ProjectFiles = {
    read: (file) => texts.get(file),
    exists: (file) => texts.has(file) || [...texts.keys()].some((name) => name.startsWith(`${file}/`)),
  };
  const paths = [...texts.keys()].filter((file) => file !== 'expected.txt').sort();
  const config = readConfig(texts.get('poolctl.yaml') ?? strictWith(rule));
  return lintProject({ paths, files, profiles: driverProfiles, facts, config });
}

function strictWith(rule: string): string {
  const isOn = (rules[rule]?.strict ?? rules[rule]?.severity) !== undefined;
  return `lint: { preset: strict, rules: ${isOn ? '{}' : `{ ${rule}: warn }`} }`;
}
