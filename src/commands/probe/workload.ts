import type { Command } from 'commander';
import { PoolctlError } from '../../base/errors.ts';
import type { Io } from '../../base/io.ts';
import { readText } from '../../cli/input.ts';
import { parseChoice, type ReadOption, type Sourced, variableOf } from '../../cli/options.ts';
import type { ProbeRequest } from '../../probe/request.ts';

/** Makes the workload when the server is known. */
export type ChooseWorkload = ProbeRequest['workload'];

const sources = ['sql', 'file', 'hold', 'workload', 'from-stats'] as const;

/**
 * What a request does, by the flags. Mistakes in values and files show here, before anything is connected. Undefined where
 * no flag says it.
 */
export async function readWorkload(command: Command, read: ReadOption, io: Io): Promise<ChooseWorkload | undefined> {
  const given = sources.filter((name) => isGiven(name, command, read));
  if (given.length > 1) {
    throw new PoolctlError('INPUT_CONTRADICTION', `--${given[0]} and --${given[1]} both say what a request does.`, {
      hint: 'Give one of them; --file can be given several times.',
    });
  }
  const allowWrite = command.opts<{ allowWrite?: boolean }>().allowWrite === true;
  const prepared = (read('protocol', parseChoice(['prepared', 'simple']))?.value ?? 'prepared') === 'prepared';
  const readFile = (name: string) => readText(name, io);
  switch (given[0]) {
    case undefined:
      return undefined;
    case 'hold': {
      const { holdWorkload, parseHold } = await import('../../probe/workload/hold.ts');
      const law = read('hold', parseHold);
      return law && ((_control, engine) => holdWorkload(engine, law.value));
    }
    case 'workload': {
      const { builtinWorkload, parseBuiltin } = await import('../../probe/workload/builtin/index.ts');
      const name = read('workload', parseBuiltin);
      return (
        name && ((_control, engine, runId) => builtinWorkload(name.value, { engine, runId, allowWrite, prepared }))
      );
    }
    case 'from-stats': {
      const { statsWorkload } = await import('../../probe/workload/from-stats.ts');
      return ({ session }, engine) => statsWorkload(session, engine, { prepared });
    }
    case 'sql':
    case 'file': {
      const { parseVariable } = await import('../../probe/workload/variables.ts');
      const variables = Object.fromEntries(
        readAll('var', command, io).map((text) => {
          const { name, law } = parseVariable(text, readFile);
          return [name, law] as const;
        }),
      );
      const texts = await sqlSources(command, read, io);
      const { sqlWorkload } = await import('../../probe/workload/scripts.ts');
      const { checkOnServer } = await import('../../probe/workload/check.ts');
      return async ({ session }, engine) => {
        const workload = sqlWorkload(texts, { engine, variables, allowWrite, prepared, read: readFile });
        await checkOnServer(session, engine, workload);
        return workload;
      };
    }
    default:
      return given[0] satisfies never;
  }
}

/** Where no flag says what a request does: the server's own reads where they are known, else SELECT 1. */
export async function usualWorkload(): Promise<ChooseWorkload> {
  const { defaultWorkload } = await import('../../probe/workload/from-stats.ts');
  return ({ session }, engine) => defaultWorkload(session, engine, { prepared: true });
}

function isGiven(name: (typeof sources)[number], command: Command, read: ReadOption): boolean {
  if (name === 'from-stats') return command.opts<{ fromStats?: boolean }>().fromStats === true;
  return read(name, () => true) !== undefined;
}

/** Of a flag that may be given several times, or once by its variable. */
function readAll(name: 'file' | 'var', command: Command, { env }: Io): string[] {
  const given = command.opts<Record<string, readonly string[] | undefined>>()[name];
  const set = env[variableOf(name)];
  return given ? [...given] : set ? [set] : [];
}

async function sqlSources(command: Command, read: ReadOption, io: Io) {
  const sql: Sourced<string> | undefined = read('sql', (text) => text);
  if (sql) return [{ name: sql.source, text: sql.value }];
  const { parseWeightedFile } = await import('../../probe/workload/scripts.ts');
  return readAll('file', command, io).map((text) => {
    const { file, ...weight } = parseWeightedFile(text);
    return { name: file, text: readText(file, io), ...weight };
  });
}
