import type { Command } from 'commander';
import { PoolctlError } from '../base/errors.ts';
import type { CommandContext } from '../cli/command.ts';
import { aText, flagGroup } from '../cli/flag.ts';
import { declare, optionReader } from '../cli/options.ts';
import { outputFlags, type Report, reportWriter } from '../cli/output.ts';

import type { Explanation } from '../profiles/explain.ts';

export const examples = [
  'poolctl explain',
  'poolctl explain batch',
  'poolctl explain "remaining connection slots are reserved"',
  'poolctl explain --search "idle in transaction"',
] as const;

const explainFlags = flagGroup('Options:', {
  search: { takes: aText('<words>', 'idle transaction'), help: 'list all texts that have these words' },
});

export function configure(command: Command, context: CommandContext): void {
  declare(command, {
    usage: '[topic] [flags]',
    arguments: [
      [
        '[topic]',
        'a term, a rule of lint, an error of poolctl, a setting, a flag, or a message that you see; - counts the lines of a log on stdin by their cause; leave out to list the topics',
      ],
    ],
    flags: { ...explainFlags, ...outputFlags },
    examples,
  });
  command.action(async (topic?: string) => {
    const read = optionReader(command, context.io);
    const write = reportWriter(read, context.io);
    const words = read(explainFlags.search)?.value;
    if (words !== undefined && topic !== undefined) {
      throw new PoolctlError('INPUT_CONTRADICTION', '--search and a topic cannot both be given.', {
        hint: 'Leave one of them out.',
      });
    }
    if (words !== undefined) return write(await searched(words));
    if (topic === undefined) return write(await listed());
    if (topic === '-' || /\n\s*\S/.test(topic)) return write(await ofLog(topic, context));
    await write(await explained(topic, command, context));
  });
}

async function explained(topic: string, command: Command, context: CommandContext): Promise<Report> {
  const { explain } = await import('../profiles/explain.ts');
  const { flagsNamed } = await import('./explain/flags.ts');
  const found = await explain(topic).catch((error: unknown) => error);
  const isSure = typeof found === 'object' && found !== null && 'text' in found && !('isMentioned' in found);
  const result = (isSure ? undefined : await flagsNamed(topic, command, context)) ?? (found as Explanation);
  if (result instanceof Error) throw result;
  const [headline = '', ...body] = result.text.trim().split('\n');
  return {
    schema: 'poolctl.explanation/1',
    result,
    view: () => ({ headline, tables: [], verbatim: body.join('\n').trim() }),
  };
}

async function listed(): Promise<Report> {
  const { topics } = await import('../profiles/explain.ts');
  const all = topics();
  return {
    schema: 'poolctl.topics/1',
    result: { topics: all },
    view: () => ({
      headline: 'poolctl explain <topic>',
      tables: [...new Set(all.map(({ kind }) => kind))].map((kind) => ({
        title: kind,
        rows: all.filter((entry) => entry.kind === kind).map(({ id, title }) => [id, title]),
      })),
    }),
  };
}

async function searched(words: string): Promise<Report> {
  const { searchTexts } = await import('../profiles/search.ts');
  const found = await searchTexts(words);
  return {
    schema: 'poolctl.search/1',
    result: { found },
    view: () => ({
      headline: found.length === 0 ? 'No text has all of these words' : `${found.length} texts have these words`,
      tables:
        found.length === 0
          ? []
          : [{ title: 'Texts', head: ['command', 'text'], rows: found.map(({ command, title }) => [command, title]) }],
    }),
  };
}

async function ofLog(topic: string, { io }: CommandContext): Promise<Report> {
  const { explainLog } = await import('./explain/log.ts');
  return explainLog(topic === '-' ? io.stdin : [topic], io.interrupted);
}
