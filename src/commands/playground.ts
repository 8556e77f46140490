import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { PoolctlError } from '../base/errors.ts';
import type { Io } from '../base/io.ts';
import type { CommandContext } from '../cli/command.ts';
import { aText, flagGroup } from '../cli/flag.ts';
import { declare, optionReader, type ReadOption } from '../cli/options.ts';
import { writeResult } from '../cli/output.ts';

/** Written by the build; found from the sources too. */
const page = new URL('../../dist/playground/pool.html', import.meta.url);

const playgroundFlags = flagGroup('Output:', {
  output: { short: 'o', takes: aText('<file>', 'pool.html', 'files'), help: 'the file to write; stdout without it' },
});

export const examples = ['poolctl playground -o pool.html'] as const;

export function configure(command: Command, { io, answer }: CommandContext): void {
  declare(command, {
    usage: '[-o <file>]',
    flags: playgroundFlags,
    remark: 'One file that needs no network: open it in a browser. Its link has the inputs.',
    examples,
  });
  command.action(async () => {
    await run(optionReader(command, io), io);
    answer(0);
  });
}

async function run(read: ReadOption, io: Io): Promise<void> {
  const file = read(playgroundFlags.output)?.value ?? '-';
  const text = readPage();
  if (file === '-') io.stdout.write(text);
  else await writeResult(file, text, io);
}

function readPage(): string {
  try {
    return readFileSync(page, 'utf8');
  } catch (cause) {
    throw new PoolctlError('INPUT_UNREADABLE', 'The page is not there: this poolctl was not built.', {
      hint: 'Run `npm run build`.',
      cause,
    });
  }
}
