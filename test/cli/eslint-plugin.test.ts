import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isCode } from '../../src/lint/kinds.ts';
import { rules } from '../../src/lint/rules/index.ts';
import { lintTexts, readFixtures } from '../helpers/lint-fixtures.ts';
import { root } from '../helpers/run.ts';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'poolctl-eslint-')));
afterAll(() => rmSync(folder, { recursive: true }));

const plugin = join(root, 'dist/entries/eslint.js');
const page = readFileSync(join(root, 'docs/lint.md'), 'utf8');
const ids = Object.entries(rules).flatMap(([id, rule]) => (rule.checkPool || rule.checkCode ? [id] : []));
const ruleLevels = Object.fromEntries(ids.map((id) => [`poolctl/${id}`, 'warn']));
const fixtures = readFixtures();

/** `fixture/file:line rule` of the command line, with all rules on: by the whole project, and by each file for itself. */
const found = fixtures.map(({ name, texts }) => {
  const allOn = `lint: { preset: strict, rules: { ${ids.map((id) => `${id}: warn`).join(', ')} } }`;
  const { findings, again } = lintTexts(new Map([...texts, ['poolctl.yaml', allOn]]), '');
  const placesOf = (some: typeof findings) =>
    some
      .filter(({ rule, place }) => ids.includes(rule) && isCode(place.file))
      .map(({ rule, place }) => `${name}/${place.file}:${place.line} ${rule}`);
  const alone = [...texts].flatMap(([file, text]) =>
    isCode(file) ? again(file, text).findings.filter(({ place }) => place.file === file) : [],
  );
  return { ofProject: placesOf(findings), ofFiles: placesOf(alone) };
});
const expected = found.flatMap(({ ofFiles }) => ofFiles).sort();

beforeAll(() => {
  for (const { name, texts } of fixtures) {
    for (const [file, text] of [...texts, ['poolctl.yaml', '']] as const) {
      mkdirSync(dirname(join(folder, name, file)), { recursive: true });
      writeFileSync(join(folder, name, file), text);
    }
  }
});

const placed = (file: string, line: number, rule: string) => `${relative(folder, file)}:${line} ${rule}`;

/** Gives ESLint nothing but the text: the rules read no tree of the host. */
const parser = {
  parseForESLint: (text: string) => {
    const loc = { start: { line: 1, column: 0 }, end: { line: 1, column: 0 } };
    const ast = {
      type: 'Program',
      body: [],
      tokens: [],
      comments: [],
      sourceType: 'module',
      loc,
      range: [0, text.length],
    };
    return { ast, visitorKeys: { Program: [] } };
  },
};

interface Linter {
  lintFiles(
    patterns: string[],
  ): Promise<{ filePath: string; messages: { line: number; ruleId: string | null; message: string }[] }[]>;
}

async function eslint(name: 'eslint' | 'eslint9'): Promise<string[]> {
  const { ESLint } = (await import(name)) as { ESLint: new (options: object) => Linter };
  const poolctl = (await import(pathToFileURL(plugin).href)).default;
  const linter = new ESLint({
    cwd: folder,
    overrideConfigFile: true,
    overrideConfig: [
      {
        files: ['**/*.{js,mjs,cjs,jsx,ts,mts,cts,tsx}'],
        languageOptions: { parser },
        linterOptions: { reportUnusedDisableDirectives: 'off' },
        plugins: { poolctl },
        rules: ruleLevels,
      },
    ],
    allowInlineConfig: false,
  });
  const results = await linter.lintFiles(['**/*.{js,mjs,cjs,jsx,ts,mts,cts,tsx}']);
  return results
    .flatMap(({ filePath, messages }) =>
      messages.map(({ line, ruleId, message }) => placed(filePath, line, ruleId?.replace('poolctl/', '') ?? message)),
    )
    .sort();
}

function oxlint(): Promise<string[]> {
  const config = { jsPlugins: [plugin], categories: { correctness: 'off' }, rules: ruleLevels };
  writeFileSync(join(folder, 'oxlint.json'), JSON.stringify(config));
  const args = [join(root, 'node_modules/oxlint/bin/oxlint'), '-c', 'oxlint.json', '-f', 'json', '.'];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, { cwd: folder, maxBuffer: 1e8 }, (_error, stdout, stderr) => {
      try {
        const { diagnostics } = JSON.parse(stdout) as {
          diagnostics: { filename: string; code: string; labels: { span: { line: number } }[] }[];
        };
        resolve(
          diagnostics
            .map(({ filename, code, labels }) =>
              placed(join(folder, filename), labels[0]?.span.line ?? 0, /poolctl\((.*)\)/.exec(code)?.[1] ?? code),
            )
            .sort(),
        );
      } catch {
        reject(new Error(stdout + stderr));
      }
    });
  });
}

describe('the plugin finds in every fixture what the command line finds', () => {
  it('of which there is some', () => {
    expect(expected.length).toBeGreaterThan(10);
  });

  it('but for what takes several files to see', () => {
    const missing = found.flatMap(({ ofProject, ofFiles }) => ofProject.filter((place) => !ofFiles.includes(place)));
    const rulesOf = (places: readonly string[]) => [...new Set(places.map((place) => place.split(' ')[1]))].sort();
    // A pool that other files get may have its listener there.
    expect(rulesOf(missing)).toEqual(['pool-error-handler-missing']);
    // What the command line says once, where the pool is made, each file says for itself.
    const more = found.flatMap(({ ofProject, ofFiles }) => ofFiles.filter((place) => !ofProject.includes(place)));
    expect(more.filter((place) => !/(?:knexfile|data-source|ormconfig)\.[jt]s:/.test(place))).toEqual([]);
  });

  it('and for rules on several files, which the page of lint names', () => {
    const others = Object.keys(rules).filter((id) => !ids.includes(id));
    const [, said = ''] = /On the command line only, because one file does not tell:([^.]*)\./.exec(page) ?? [];
    expect([...said.matchAll(/`([\w-]+)`/g)].map(([, id]) => id)).toEqual(others);
  });

  it('in ESLint 10', async () => expect(await eslint('eslint')).toEqual(expected));
  it('in ESLint 9', async () => expect(await eslint('eslint9')).toEqual(expected));
  it('in oxlint', async () => expect(await oxlint()).toEqual(expected));
});

it('has presets of rules that it has', async () => {
  const { default: poolctl } = await import(pathToFileURL(plugin).href);
  for (const preset of ['recommended', 'strict']) {
    const names = Object.keys(poolctl.configs[preset].rules).map((name) => name.replace('poolctl/', ''));
    expect(Object.keys(poolctl.rules)).toEqual(expect.arrayContaining(names));
    expect(poolctl.configs[preset].plugins.poolctl).toBe(poolctl);
  }
});
