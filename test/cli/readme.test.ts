import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { exitCodes } from '../../src/base/errors.ts';
import { renewReadme } from '../helpers/readme.ts';
import { root } from '../helpers/run.ts';

const path = `${root}README.md`;
const readme = readFileSync(path, 'utf8');

describe('the README', () => {
  it('shows what its commands print, and tables of what there is (npm run docs rewrites them)', async () => {
    const renewed = await renewReadme(readme);
    if (process.env['UPDATE_DOCS']) writeFileSync(path, renewed);
    else expect(readme).toBe(renewed);
  });

  it('has the two commands that do all the set-up, and the scripts that they call exist', () => {
    const { scripts } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));
    for (const [command, script] of [
      ['npm ci && npm run demo', 'demo'],
      ['npm ci && npm test', 'test'],
    ] as const) {
      expect(readme).toContain(`\n${command}\n`);
      expect(scripts).toHaveProperty(script);
    }
    expect(readFileSync(`${root}.ci/run`, 'utf8')).toContain('npm test');
  });

  it('documents every exit code', () => {
    for (const [code, meaning] of Object.entries(exitCodes)) expect(readme).toContain(`| ${code} | ${meaning} |`);
  });

  it('names parts of the library that are there', async () => {
    const paragraph = /^The parts are there too:[\s\S]*?\n\n/m.exec(readme)?.[0] ?? '';
    const names = [...paragraph.matchAll(/`(\w+)`/g)].map(([, name = '']) => name);
    expect(names.length).toBeGreaterThan(10);
    const library: Record<string, unknown> = { ...(await import('../../src/index.ts')) };
    expect(names.filter((name) => typeof library[name] !== 'function')).toEqual([]);
  });

  it('has a library example that runs', async () => {
    const example = /```ts\n(import \{[^`]*from 'poolctl';[^`]*)```/.exec(readme)?.[1] ?? '';
    const { sizePool } = await import('../../src/index.ts');
    const body = example.replace(/^import .*$/gm, '').replace(/^const \{([^}]*)\} = /m, 'const {$1} = ');
    const expected = [...example.matchAll(/\/\/ (\w+): (\S+)/g)].map(([, name, value]) => [name, Number(value)]);
    expect(expected.length).toBeGreaterThan(1);
    const names = expected.map(([name]) => name).join(', ');
    expect(new Function('sizePool', `${body}; return [${names}]`)(sizePool)).toEqual(
      expected.map(([, value]) => value),
    );
  });
});
