import { isAbsolute, join } from 'node:path';
import { PoolctlError } from '../../base/errors.ts';
import type { Io } from '../../base/io.ts';
import { dsnInFile, type SourcedDsn } from '../env-file.ts';
import { readText } from '../input.ts';
import type { ProjectFile } from './find.ts';
import { readProject } from './read.ts';

/**
 * The DSN of the target of that name; undefined where poolctl.yaml has none of it.
 * @throws PoolctlError CONFIG_INVALID, INPUT_MISSING, INPUT_UNREADABLE, DSN_INVALID
 */
export function dsnOfTarget(name: string, file: ProjectFile, io: Io): SourcedDsn | undefined {
  const { targets = {}, place } = readProject(file);
  const target = Object.hasOwn(targets, name) ? targets[name] : undefined;
  if (target === undefined) return undefined;
  const source = `target ${name} of ${place('targets', name)}`;
  if ('file' in target) {
    const [, path = target.file, variable] = /^(.+):([A-Za-z_]\w*)$/.exec(target.file) ?? [];
    const found = dsnInFile(
      readText(isAbsolute(path) ? path : join(file.folder, path), io, source),
      path,
      io,
      variable,
    );
    return { text: found.text, source: `${source}: ${found.source}` };
  }
  const text = io.env[target.env]?.trim();
  if (text) return { text, source: `${source}: ${target.env}` };
  throw new PoolctlError('INPUT_MISSING', `${source}: the environment variable ${target.env} is not set.`, {
    hint: `Set ${target.env} to the DSN of ${name}.`,
  });
}
