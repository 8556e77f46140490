import type { Command } from 'commander';
import { wrap } from '../../base/wrap.ts';
import type { CommandContext } from '../../cli/command.ts';
import { flagsByCommand } from '../../cli/completion/tree.ts';
import type { Explanation } from '../../profiles/explain.ts';

/** What the flags of that name do, in each command that has one: `tps`, `--max-connections`, `maxConnections`. */
export async function flagsNamed(
  topic: string,
  self: Command,
  context: CommandContext,
): Promise<Explanation | undefined> {
  const name = topic
    .trim()
    .replace(/^--/, '')
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .replace(/[ _]+/g, '-');
  const byCommand = await flagsByCommand(self, context);
  const found = [...byCommand].flatMap(([command, rows]) =>
    rows.filter(({ flag }) => flag === name).map(({ help }) => ({ command, help })),
  );
  if (found.length === 0) return undefined;
  const title = `--${name}: a flag of ${found.length > 1 ? `${found.length} commands` : `poolctl ${found[0]?.command}`}`;
  const rows = found.flatMap(({ command, help }) => [
    `  poolctl ${command} --${name}`,
    ...wrap(help, 76).map((line) => `    ${line}`),
  ]);
  return { id: 'looked-up', kind: 'looked-up', title, text: `${title}\n\n${rows.join('\n')}\n` };
}
