import type { Command } from 'commander';
import type { CommandContext } from '../cli/command.ts';
import { optionReader } from '../cli/options.ts';
import { addOutputOptions, reportWriter } from '../cli/output.ts';

export const examples = ['poolctl explain', 'poolctl explain batch', 'poolctl explain INPUT_CONTRADICTION'] as const;

export function configure(command: Command, { io }: CommandContext): void {
  command
    .usage('[topic] [flags]')
    .argument('[topic]', 'a term, an error code or a warning code; leave out to list them');
  addOutputOptions(command);
  command.addHelpText('after', `\nExamples:\n${examples.map((example) => `  ${example}`).join('\n')}`);
  command.action(async (topic?: string) => {
    const write = reportWriter(command, optionReader(command, io), io);
    const { explain, topics } = await import('../profiles/explain.ts');
    if (topic !== undefined) {
      const explained = explain(topic);
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
