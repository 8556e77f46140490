import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { afterAll, describe, expect, it } from 'vitest';
import type { Io } from '../../src/base/io.ts';
import { type Flag, flagGroup, variableOf } from '../../src/cli/flag.ts';
import { rowsOf } from '../../src/cli/options.ts';
import { commands } from '../../src/commands/index.ts';
import { sizeFlags } from '../../src/commands/size/flags.ts';
import type { SizeGroup } from '../../src/commands/size/row.ts';
import { languages } from '../../src/emit/language.ts';
import { buildProgram } from '../../src/main.ts';
import { poolctl } from '../helpers/run.ts';

const io = { env: {}, cwd: '/' } as unknown as Io;
const program = buildProgram(io, () => {});
const configured: Command[] = [];
for (const { name, load } of commands) {
  const command = program.commands.find((candidate) => candidate.name() === name);
  if (!command) throw new Error(`${name} is not in the tree`);
  (await load()).configure(command, { io, answer: () => {}, commands });
  configured.push(command);
}
const rows = configured.flatMap((command) => rowsOf(command).map((row) => [command.name(), row] as const));
const named = rows.flatMap(([command, row]): [string, Flag][] => (row ? [[`${command} --${row.flag}`, row]] : []));

describe('every flag of every command', () => {
  it('comes from a row', () => {
    expect(rows.filter(([, row]) => row === undefined)).toEqual([]);
    expect(named.length).toBeGreaterThan(150);
  });

  it.each(named)('%s has a help that names its default, and an example that its parser takes', (_name, row) => {
    const { takes, help } = row;
    expect(help).not.toBe('');
    if (!takes) return;
    if ('default' in row) expect(help).toContain(row.default);
    if ('default' in row) expect(() => takes.parse(row.default ?? '', 'default')).not.toThrow();
    if ('ifBare' in row) expect(help).toContain(row.ifBare);
    expect(() => takes.parse(takes.example, 'example')).not.toThrow();
    if (Array.isArray(takes.offers)) expect(help).toContain(takes.offers.at(-1));
  });

  it('of snippets offers every language that emit writes', () => {
    expect(sizeFlags.lang.takes.offers).toEqual(languages);
  });

  it('offers only words that are accepted', async () => {
    for (const [name, { takes }] of named) {
      const words = typeof takes?.offers === 'function' ? await takes.offers() : takes?.offers;
      if (words === undefined || words === 'files') continue;
      for (const word of words) expect(() => takes?.parse(word, name), `${name} ${word}`).not.toThrow();
    }
  });
});

describe('a row of size', () => {
  it('names its unit at the end of its path', () => {
    for (const row of Object.values(sizeFlags)) {
      if ('path' in row && row.takes.unit !== undefined) expect(row.path.endsWith(row.takes.unit)).toBe(true);
    }
  });

  it('does not compile where its parser makes something else than stands at its path', () => {
    const group: SizeGroup = flagGroup;
    const words = { placeholder: '<word>', example: 'x', parse: (text: string) => text };
    // @ts-expect-error a text is no time
    group('Workload:', { p95: { path: 'workload.p95Ms', takes: words, help: '' } });
    // @ts-expect-error there is no such place
    group('Workload:', { p95: { path: 'workload.p96Ms', takes: sizeFlags.p95.takes, help: '' } });
  });
});

describe('the environment', () => {
  const cwd = mkdtempSync(join(tmpdir(), 'poolctl-flags-'));
  writeFileSync(join(cwd, 'some.file'), '50ms\n90ms\n400ms\n');
  afterAll(() => rmSync(cwd, { recursive: true }));

  const rates = ['tps', 'total-tps'];
  const times = ['p50', 'p95', 'p99', 'mean', 'hold', 'samples', 'histogram', 'from'];
  const ofSize = named.filter(([name, row]) => name.startsWith('size ') && row.takes).map(([, row]) => row);

  it.each(ofSize.map((row) => [variableOf(row.flag), row] as const))(
    '%s does what its flag does',
    async (variable, row) => {
      const line = ['size', '--explain'];
      if (!rates.includes(row.flag)) line.push('--tps', '200');
      if (!times.includes(row.flag)) line.push('--p95', '300');
      for (const value of [row.takes?.example ?? '', '3', 'not so']) {
        const byFlag = await poolctl([...line, `--${row.flag}`, value], { cwd });
        const { stdout, stderr, exitCode } = await poolctl(line, { cwd, env: { [variable]: value } });
        // Columns are as wide as the names in them.
        const text = (output: string) => output.replaceAll(variable, `--${row.flag}`).replace(/\s+/g, ' ');
        expect([exitCode, text(stdout), text(stderr)]).toEqual([
          byFlag.exitCode,
          text(byFlag.stdout),
          text(byFlag.stderr),
        ]);
      }
    },
  );

  it('has no say where the flag is given', async () => {
    for (const { flag, takes } of ofSize.filter((row) => ![...rates, ...times].includes(row.flag))) {
      const line = ['size', '--tps', '200', '--p95', '300', `--${flag}`, takes?.example ?? ''];
      const alone = await poolctl(line, { cwd });
      expect([flag, await poolctl(line, { cwd, env: { [variableOf(flag)]: 'not so' } })]).toEqual([flag, alone]);
    }
  });
});
