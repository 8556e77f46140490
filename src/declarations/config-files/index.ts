import { folderOf } from '../code/paths.ts';
import type { DeclaredPool } from '../declared-pool.ts';
import type { MountedFile } from '../manifests/container.ts';
import { noteOf } from '../manifests/manifest-document.ts';
import type { FileNote, TextFile } from '../text-file.ts';
import { claimedPools, formatClaimed, readerClaiming } from './claimed.ts';
import { type ConfigContext, type ConfigFile, settingsOfFile } from './config-file.ts';
import { innerFiles, mayHoldFiles } from './inner-files.ts';
import { isNodeFile, nodePools } from './node.ts';
import { prismaPools } from './prisma-schema.ts';
import { isSpringFile, springPools } from './spring.ts';

export interface PoolsInConfig {
  readonly pools: readonly DeclaredPool[];
  readonly notes: readonly FileNote[];
}

/** Whether `declaredPoolsInConfig` may find pools in a file. */
export function mayDeclarePools(file: TextFile): boolean {
  return isConfigFile(file) || mayHoldFiles(file);
}

/** Longer than any configuration is. */
const longestFile = 1_000_000;

/** Whether a file is one that `declaredPoolsInConfig` reads: application.yml, ormconfig.json, schema.prisma. */
export function isConfigFile(file: TextFile): boolean {
  return isOwnKind(file) || readerClaiming(file) !== undefined;
}

function isOwnKind(file: TextFile): boolean {
  return isSpringFile(file) || isNodeFile(file.file) || file.file.endsWith('.prisma');
}

/** The pools that a configuration file declares, or the files that a manifest holds. Never throws for what is in it. */
export function declaredPoolsInConfig(file: TextFile, context: ConfigContext): PoolsInConfig {
  if (isConfigFile(file)) return poolsOf(file, context);
  const found = innerFiles(file).map((inner) => declaredPoolsInMounted(inner, context));
  return { pools: found.flatMap(({ pools }) => pools), notes: found.flatMap(({ notes }) => notes) };
}

/** The pools of a file as a container sees it, where its name there is one of a configuration file. */
export function declaredPoolsInMounted(
  { path, text, place, spanOf }: MountedFile,
  context: ConfigContext,
): PoolsInConfig {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const folder = folderOf(place.file);
  const file = folder === '' ? name : `${folder}/${name}`;
  if (!isConfigFile({ file, text }) || file.endsWith('.prisma')) return { pools: [], notes: [] };
  const { pools, notes } = poolsOf({ file, text }, context, spanOf);
  return { pools, notes: notes.map((note) => ({ ...note, file: place.file })) };
}

function poolsOf(file: TextFile, context: ConfigContext, spanOf?: ConfigFile['spanOf']): PoolsInConfig {
  if (file.text.length > longestFile)
    return { pools: [], notes: [{ file: file.file, text: 'not read: it is larger than 1 MB' }] };
  try {
    return { pools: poolsIn(file, context, spanOf), notes: [] };
  } catch (error) {
    return { pools: [], notes: [noteOf(error, file.file)] };
  }
}

function poolsIn(file: TextFile, context: ConfigContext, spanOf?: ConfigFile['spanOf']): DeclaredPool[] {
  if (file.file.endsWith('.prisma')) return prismaPools(file, context);
  if (isNodeFile(file.file)) return nodePools(settingsOfFile(file, 'yaml', spanOf), context);
  const reader = readerClaiming(file);
  const claimed = reader
    ? claimedPools(settingsOfFile(file, formatClaimed(file, reader), spanOf), reader, context)
    : [];
  if (!isSpringFile(file) || !/datasource|hikari|dbcp|tomcat/i.test(file.text)) return claimed;
  const format = file.file.endsWith('.properties') ? 'properties' : 'yaml';
  return [...claimed, ...springPools(settingsOfFile(file, format, spanOf), context)];
}
