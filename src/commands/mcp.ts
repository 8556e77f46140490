import type { Command } from 'commander';
import { PoolctlError } from '../base/errors.ts';
import { parseTally } from '../base/units.ts';
import type { CommandContext } from '../cli/command.ts';
import { aFile, aText, aTime, flagGroup, takes } from '../cli/flag.ts';
import { declare, optionReader } from '../cli/options.ts';

/** Printed by --help. */
export const examples = ['poolctl mcp', 'poolctl mcp --root . --timeout 10s'] as const;

/** Less is no room for an answer. */
const leastSize = 1_000;

const aSize = takes('<n>', '200000', (text, source) => {
  const size = parseTally(text, source);
  if (size >= leastSize) return size;
  throw new PoolctlError('VALUE_INVALID', `${source} "${text}" is less than ${leastSize}.`, { hint: 'Write 200000.' });
});

const mcpFlags = {
  ...flagGroup('What it may read:', {
    root: {
      takes: aText('<folder>', '.', 'files'),
      isRepeatable: true,
      help: 'a folder whose files tools may read (the working folder); again for more',
    },
    targets: { takes: aFile, help: 'a YAML file of targets, as of `watch`, whose names `inspect` takes' },
    'allow-plaintext-password': { help: 'take passwords that stand in the file of targets, if its mode is 0600' },
  }),
  ...flagGroup('Limits of a call:', {
    timeout: { takes: aTime, default: '60s', help: 'how long it may take (60s)' },
    'max-input': {
      takes: aSize,
      default: '5000000',
      help: 'characters of its arguments, bytes of each file (5000000)',
    },
    'max-output': { takes: aSize, default: '200000', help: 'characters of its document, which is cut there (200000)' },
  }),
};

export function configure(command: Command, context: CommandContext): void {
  declare(command, {
    usage: '[flags]',
    flags: mcpFlags,
    remark:
      'A server of the Model Context Protocol on standard input and output, for\nagents and editors. It only reads. It needs @modelcontextprotocol/sdk.',
    examples,
  });
  command.action(async () => {
    const { io } = context;
    const read = optionReader(command, io);
    const named = read(mcpFlags.root).map(({ value }) => value);
    const limits = {
      timeoutMs: read(mcpFlags.timeout).value,
      maxInput: read(mcpFlags['max-input']).value,
      maxOutput: read(mcpFlags['max-output']).value,
    };
    const file = read(mcpFlags.targets)?.value;
    const plaintext = read(mcpFlags['allow-plaintext-password']) ? ['--allow-plaintext-password'] : [];
    const targets = file === undefined ? undefined : [`--targets=${file}`, ...plaintext];
    const { rootsFor } = await import('../mcp/roots.ts');
    const { serveMcp } = await import('../mcp/serve-mcp.ts');
    await serveMcp(context, { roots: rootsFor(named, io.cwd), limits, targets });
  });
}
