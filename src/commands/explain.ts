import type { Command } from 'commander';
import type { CommandContext } from '../cli/command.ts';
import { declare, optionReader } from '../cli/options.ts';
import { outputFlags, reportWriter } from '../cli/output.ts';

export const examples = [
  'poolctl explain',
  'poolctl explain batch',
  'poolctl explain "remaining connection slots are reserved"',
] as const;

export function configure(command: Command, { io }: CommandContext): void {
  declare(command, {
    usage: '[topic] [flags]',
    arguments: [
      ['[topic]', 'a term, a rule of lint, an error of poolctl, or a message that you see; leave out to list them'],
    ],
    flags: outputFlags,
    examples,
  });
  command.action(async (topic?: string) => {
    const write = reportWriter(optionReader(command, io), io);
    const { explain, topics } = await import('../profiles/explain.ts');
    if (topic !== undefined) {
      const explained = await explain(topic);
      const [headline = '', ...body] = explained.text.trim().split('\n');
      return write({
        schema: 'poolctl.explanation/1',
        result: explained,
        view: () => ({ headline, tables: [], verbatim: body.join('\n').trim() }),
      });
    }
    const all = topics();
    return write({
      schema: 'poolctl.topics/1',
      result: { topics: all },
      view: () => ({
        headline: 'poolctl explain <topic>',
        tables: [...new Set(all.map(({ kind }) => kind))].map((kind) => ({
          title: kind,
          rows: all.filter((entry) => entry.kind === kind).map(({ id, title }) => [id, title]),
        })),
      }),
    });
  });
}
