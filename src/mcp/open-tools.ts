import { Command } from 'commander';
import type { CommandContext } from '../cli/command.ts';
import { rowsOf } from '../cli/options.ts';
import type { OpenTool } from './tool.ts';
import { tools } from './tools.ts';

/** Every tool with the flags of its command: those of the output are not offered, nor what the tool leaves out. */
export async function openTools(context: CommandContext): Promise<readonly OpenTool[]> {
  const opened = Object.entries(tools).map(async ([name, tool]): Promise<OpenTool> => {
    const entry = context.commands.find((candidate) => candidate.name === tool.command);
    const command = new Command(tool.command);
    (await entry?.load())?.configure(command, { ...context, answer: () => {} });
    const { withoutGroups = [], withoutFlags = [] } = tool;
    const flags = rowsOf(command).filter((row) => row !== undefined);
    const offered = flags.filter(
      ({ flag, group }) => group !== 'Output:' && !withoutGroups.includes(group) && !withoutFlags.includes(flag),
    );
    return { ...tool, name, flags: offered };
  });
  return Promise.all(opened);
}
