import { errorCodes, exitCodes } from '../../src/base/errors.ts';
import { warningCodes } from '../../src/base/warning-codes.ts';
import { allTargets } from '../../src/emit/targets/index.ts';
import { profileIds, profileTitle } from '../../src/profiles/files.ts';
import { poolctl } from './run.ts';

const emitTargets = await allTargets();

/** The README as it should be: the output of its console blocks and its tables, made anew. */
export async function renewReadme(readme: string): Promise<string> {
  const blocks = readme.split(/(?<=^```console\n)([\s\S]*?)(?=^```$)/m);
  for (const [index, block] of blocks.entries()) if (index % 2 === 1) blocks[index] = await renewConsole(block);
  return blocks
    .join('')
    .replace(
      /(<!-- table: (\S+) -->\n)[\s\S]*?(<!-- end -->)/g,
      (_match, start: string, name: string, end: string) => `${start}${tables[name]?.() ?? ''}\n${end}`,
    );
}

/** `$ poolctl …` lines with what they print now; a line `…` cuts the rest of an output off. */
async function renewConsole(block: string): Promise<string> {
  const runs = block.split(/^(?=\$ )/m);
  const renewed = await Promise.all(
    runs.map(async (run) => {
      const [line = '', ...shown] = run.trimEnd().split('\n');
      const { stdout, stderr, exitCode } = await poolctl(line.replace(/^\$ poolctl ?/, ''));
      const printed = (stdout + stderr).trimEnd().split('\n');
      const cut = shown.indexOf('…');
      const kept = cut < 0 ? printed : [...printed.slice(0, cut), '…'];
      const status = shown.at(-1)?.startsWith('(exit code') ? [`(exit code ${exitCode})`] : [];
      return [line, ...kept, ...status].join('\n');
    }),
  );
  return `${renewed.join('\n')}\n`;
}

const row = (...cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`;
const table = (head: readonly string[], rows: readonly (readonly (string | number)[])[]) =>
  [row(...head), row(...head.map(() => '---')), ...rows.map((cells) => row(...cells))].join('\n');

const tables: Readonly<Record<string, () => string>> = {
  'exit-codes': () => table(['Code', 'Meaning'], Object.entries(exitCodes)),
  'error-codes': () =>
    table(
      ['Error', 'Exit', 'Meaning'],
      Object.entries(errorCodes).map(([code, { exit, means }]) => [`\`${code}\``, exit, means]),
    ),
  'warning-codes': () =>
    table(
      ['Warning', 'Meaning'],
      Object.entries(warningCodes).map(([code, means]) => [`\`${code}\``, means]),
    ),
  servers: () =>
    table(
      ['`--server`', 'Server'],
      profileIds('servers').map((id) => [`\`${id}\``, profileTitle('servers', id)]),
    ),
  profiles: () =>
    table(
      ['`--profile`', 'Made for'],
      profileIds('pools').map((id) => [`\`${id}\``, profileTitle('pools', id)]),
    ),
  targets: () =>
    table(
      ['`--emit`', 'Writes', 'What the driver lacks'],
      emitTargets.map(({ name, target: { title, instead } }) => [
        `\`${name}\``,
        title,
        Object.keys(instead).join(', '),
      ]),
    ),
};
