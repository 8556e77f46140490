import { existsSync } from 'node:fs';
import { commands } from '../../src/commands/index.ts';
import { codeBlock, type Page } from './readme.ts';
import { poolctl, root } from './run.ts';

/** Commands, flags, topics of `explain`, scripts and paths that a page names, and that are not there. */
export async function unknownNames(page: Page, scripts: Readonly<Record<string, string>>): Promise<string[]> {
  const flagsOf = new Map(await Promise.all(commands.map(async ({ name }) => [name, await flagsIn(name)] as const)));
  const anyFlag = new Set(['--version', ...[...flagsOf.values()].flatMap((flags) => [...flags])]);
  const unknown = new Set<string>();
  for (const code of codeOf(page)) {
    const [, command = '', words = ''] = /(?:^|\s)poolctl (?:config (?=[a-z]+\b))?([a-z]+)\b([^|;#]*)/.exec(code) ?? [];
    const flags = command === '' ? anyFlag : flagsOf.get(command);
    if (!flags) unknown.add(`poolctl ${command}`);
    const behind = command === '' && code.startsWith('-') ? code : words;
    for (const [flag] of behind.matchAll(/(?<=^|\s)--?[a-z][\w-]*/g)) {
      if (flags && !flags.has(flag)) unknown.add(`${command} ${flag}`.trim());
    }
    const [, topic = 'CODE'] = /\bpoolctl explain ([\w-]+)/.exec(code) ?? [];
    if (topic !== 'CODE' && (await poolctl(`explain ${topic}`)).exitCode !== 0) unknown.add(`explain ${topic}`);
    for (const [, script = ''] of code.matchAll(/\bnpm run ([\w:]+)/g)) {
      if (!(script in scripts)) unknown.add(`npm run ${script}`);
    }
    for (const [path] of code.matchAll(/(?<![\w./-])(?:src|test|profiles|findings|docs|bin|build)\/[\w./-]*/g)) {
      if (!existsSync(`${root}${path}`)) unknown.add(path);
    }
  }
  return [...unknown];
}

/** What a page has between backticks, and what its code blocks say: of a run, only its command line. */
function* codeOf({ text }: Page): Generator<string> {
  for (const [, , language = '', code = ''] of text.matchAll(codeBlock)) {
    const lines = code.replace(/\\\n\s*/g, '').split('\n');
    yield* language === 'console' || language === 'text' ? lines.filter((line) => line.startsWith('$ ')) : lines;
  }
  for (const [, span = ''] of text.replace(codeBlock, '').matchAll(/`([^`]+)`/g)) yield span.replace(/\s+/g, ' ');
}

async function flagsIn(command: string): Promise<ReadonlySet<string>> {
  const { stdout } = await poolctl(`${command} --help`);
  return new Set(
    [...stdout.matchAll(/^ {2}(?:(-\w), )?(--[\w-]+)/gm)].flatMap(([, short = '', long = '']) => [short, long]),
  );
}
