import { PoolctlError } from '../../base/errors.ts';
import type { Io } from '../../base/io.ts';
import { readText } from '../../cli/input.ts';
import type { ReadOption } from '../../cli/options.ts';
import type { ProbeRequest } from '../../probe/request.ts';
import { workFlags } from './flags.ts';

/** Makes the workload when the server is known. */
export type ChooseWorkload = ProbeRequest['workload'];

const sources = ['sql', 'file', 'hold', 'workload', 'from-stats'] as const;

/**
 * What a request does, by the flags. Mistakes in values and files show here, before anything is connected. Undefined where
 * no flag says it.
 */
export async function readWorkload(read: ReadOption, io: Io): Promise<ChooseWorkload | undefined> {
  const given = sources.filter((name) => isGiven(name, read));
  if (given.length > 1) {
    throw new PoolctlError('INPUT_CONTRADICTION', `--${given[0]} and --${given[1]} both say what a request does.`, {
      hint: 'Give one of them; --file can be given several times.',
    });
  }
  const allowWrite = read(workFlags['allow-write']);
  const prepared = read(workFlags.protocol).value === 'prepared';
  const readFile = (name: string) => readText(name, io);
  switch (given[0]) {
    case undefined:
      return undefined;
    case 'hold': {
      const { holdWorkload, parseHold } = await import('../../probe/workload/hold.ts');
      const hold = read(workFlags.hold);
      const law = hold && parseHold(hold.value, hold.source);
      return law && ((_control, engine) => holdWorkload(engine, law));
    }
    case 'workload': {
      const { builtinWorkload, parseBuiltin } = await import('../../probe/workload/builtin/index.ts');
      const named = read(workFlags.workload);
      const name = named && parseBuiltin(named.value);
      return name && ((_control, engine, runId) => builtinWorkload(name, { engine, runId, allowWrite, prepared }));
    }
    case 'from-stats': {
      const { statsWorkload } = await import('../../probe/workload/from-stats.ts');
      return ({ session }, engine) => statsWorkload(session, engine, { prepared });
    }
    case 'sql':
    case 'file': {
      const { parseVariable } = await import('../../probe/workload/variables.ts');
      const variables = Object.fromEntries(
        read(workFlags.var).map(({ value }) => {
          const { name, law } = parseVariable(value, readFile);
          return [name, law] as const;
        }),
      );
      const texts = await sqlSources(read, io);
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

function isGiven(name: (typeof sources)[number], read: ReadOption): boolean {
  if (name === 'from-stats') return read(workFlags[name]);
  return name === 'file' ? read(workFlags[name]).length > 0 : read(workFlags[name]) !== undefined;
}

async function sqlSources(read: ReadOption, io: Io) {
  const sql = read(workFlags.sql);
  if (sql) return [{ name: sql.source, text: sql.value }];
  const { parseWeightedFile } = await import('../../probe/workload/scripts.ts');
  return read(workFlags.file).map(({ value }) => {
    const { file, ...weight } = parseWeightedFile(value);
    return { name: file, text: readText(file, io), ...weight };
  });
}
