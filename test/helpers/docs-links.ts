import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { poolctl, root } from './run.ts';
import { codeBlock, type Page } from './readme.ts';

const prose = (text: string) => text.replace(codeBlock, '');

/** The anchors that GitHub gives to the headings of a page. */
function anchorsOf(text: string): string[] {
  return [...prose(text).matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replace(/\s/g, '-'),
  );
}

/** Links of a page to where they lead, from the root of the project. */
export function linksOf({ name, text }: Page): { to: string; file: string; anchor: string | undefined }[] {
  return [...prose(text).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, to = '']) => to)
    .filter((to) => !/^\w+:/.test(to))
    .map((to) => {
      const [path = '', anchor] = to.split('#');
      return { to, file: path === '' ? name : normalize(join(dirname(name), path)), anchor };
    });
}

/** Links that lead nowhere. */
export function brokenLinks(page: Page, pages: readonly Page[]): string[] {
  return linksOf(page)
    .filter(({ file, anchor }) => {
      if (!existsSync(`${root}${file}`)) return true;
      const target = pages.find(({ name }) => name === file);
      return anchor !== undefined && !(target && anchorsOf(target.text).includes(anchor));
    })
    .map(({ to }) => to);
}

/** Words between backticks, and the lines of code blocks. */
function* codeOf({ text }: Page): Generator<string> {
  for (const [, , , code = ''] of text.matchAll(codeBlock)) yield* code.replace(/\\\n\s*/g, '').split('\n');
  for (const [, span = ''] of prose(text).matchAll(/`([^`]+)`/g)) yield span.replace(/\s+/g, ' ');
}

/** Commands, flags, topics, scripts and paths that a page names, and that are not there. */
export async function unknownNames(page: Page): Promise<string[]> {
  const unknown: string[] = [];
  const any = await allFlags();
  for (const code of codeOf(page)) {
    const [, command, rest = ''] = /(?:^|\s)poolctl ([a-z]+)\b(.*)/.exec(code) ?? [];
    if (command !== undefined && !code.includes('probe":')) {
      const flags = await flagsOf(command);
      if (!flags) unknown.push(code);
      else unknown.push(...flagsIn(rest).filter((flag) => !flags.has(flag)).map((flag) => `${command} ${flag}`));
    } else if (/^--?[a-z]/.test(code)) unknown.push(...flagsIn(code).filter((flag) => !any.has(flag)));
    const [, topic] = /\bpoolctl explain ([\w-]+)/.exec(code) ?? [];
    if (topic !== undefined && topic !== 'CODE') {
      if ((await poolctl(`explain ${topic}`)).exitCode !== 0) unknown.push(code);
    }
  }
  return [...new Set(unknown)];
}

const flagsIn = (text: string) => [...text.split(/[|;#]/)[0]?.matchAll(/(?<=^|\s)--?[a-z][\w-]*/g) ?? []].map(([flag]) => flag);

const flags = new Map<string, ReadonlySet<string> | undefined>();

async function flagsOf(command: string): Promise<ReadonlySet<string> | undefined> {
  if (!flags.has(command)) {
    const { stdout, exitCode } = await poolctl(`${command} --help`);
    const found = stdout.matchAll(/^ {2}(?:(-\w), )?(--[\w-]+)/gm);
    flags.set(command, exitCode === 0 ? new Set([...found].flatMap(([, short = '', long = '']) => [short, long])) : undefined);
  }
  return flags.get(command);
}

async function allFlags(): Promise<ReadonlySet<string>> {
  const { commands } = await import('../../src/commands/index.ts');
  const all = await Promise.all(commands.map(({ name }) => flagsOf(name)));
  return new Set(['--version', ...all.flatMap((found) => [...(found ?? [])])]);
}

/** Scripts of package.json and paths of the project that a page names, and that are not there. */
export function missingParts(page: Page, scripts: Readonly<Record<string, string>>): string[] {
  const code = [...codeOf(page)];
  const asked = code.flatMap((line) => [...line.matchAll(/\bnpm run ([\w:]+)/g)].map(([, name = '']) => name));
  const paths = code.flatMap((line) => line.match(/(?<![\w./-])(?:src|test|profiles|findings|docs|bin)\/[\w./-]+/g) ?? []);
  return [
    ...asked.filter((name) => !(name in scripts)).map((name) => `npm run ${name}`),
    ...paths.filter((path) => !/[A-Z]{3}/.test(path) && !existsSync(`${root}${path}`)),
  ];
}
