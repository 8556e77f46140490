import { PoolctlError } from '../../base/errors.ts';
import { redact } from '../../base/redact.ts';
import { didYouMean } from '../../base/suggest.ts';
import type { Flag, Sourced } from '../flag.ts';
import type { ProjectFile } from './find.ts';
import { readProject } from './read.ts';

/** The name under which defaults of all commands stand. */
const forAll = 'every';

/**
 * What a repository must not decide for who runs a command in it: what is sent to a server, how careful a load is, whether a
 * connection is encrypted, and what is opened or written.
 */
const ownWords = new Set([
  ...['sql', 'var', 'workload', 'hold', 'protocol', 'control', 'console', 'stall'],
  ...['share', 'max-errors', 'max-p99', 'free-floor', 'max-replication-lag', 'shards', 'shard', 'wait'],
  ...['sslmode', 'listen', 'listen-token-env', 'enforce', 'enforce-into'],
]);

/** Whether poolctl.yaml may have a value for a flag: not for switches and files, as the environment has none for switches. */
export function takesDefault({ flag, takes }: Flag): boolean {
  return takes !== undefined && takes.offers !== 'files' && !ownWords.has(flag);
}

/**
 * The values that poolctl.yaml has for flags of a command, by flag. `commands` are the names that may stand there.
 * @throws PoolctlError CONFIG_INVALID
 */
export function defaultsOf(
  command: string,
  rows: readonly Flag[],
  commands: readonly string[],
  file: ProjectFile,
): Map<string, Sourced<string>> {
  const { defaults = {}, place } = readProject(file);
  const refuse = (path: readonly string[], message: string): never => {
    throw new PoolctlError('CONFIG_INVALID', `${place('defaults', ...path)}: ${message}`, {
      hint: 'docs/config.md says which flags may have a default here.',
    });
  };
  const known = [...commands, forAll];
  const found = new Map<string, Sourced<string>>();
  for (const [name, values] of Object.entries(defaults)) {
    if (!known.includes(name)) refuse([name], `${name} is no command.${didYouMean(name, known)}`);
    if (name !== command && name !== forAll) continue;
    for (const [flag, value] of Object.entries(values)) {
      const row = rows.find((one) => one.flag === flag);
      // `every` has flags that this command lacks.
      if (!row && name === forAll) continue;
      if (!row) {
        refuse(
          [name, flag],
          `${name} has no flag --${flag}.${didYouMean(
            flag,
            rows.map((one) => one.flag),
          )}`,
        );
        continue;
      }
      if (!takesDefault(row)) refuse([name, flag], `--${flag} is given on the command line alone.`);
      const text = String(value);
      if (/:\/\/|@|^(?:-$|env(?::|$))/.test(text)) {
        refuse([name, flag], `"${redact(text)}" names a server to ask: give it on the command line, or under targets.`);
      }
      // A command's own goes before what is for all.
      if (name === command || !found.has(flag)) {
        found.set(flag, { value: text, source: place('defaults', name, flag) });
      }
    }
  }
  return found;
}
