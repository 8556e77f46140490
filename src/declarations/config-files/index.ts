import type { DeclaredPool } from '../declared-pool.ts';
import { noteOf } from '../manifests/manifest-document.ts';
import type { FileNote, TextFile } from '../text-file.ts';
import { type ConfigContext, settingsOfFile } from './config-file.ts';
import { isNodeFile, nodePools } from './node.ts';
import { prismaPools } from './prisma-schema.ts';
import { isSpringFile, springPools } from './spring.ts';

export interface PoolsInConfig {
  readonly pools: readonly DeclaredPool[];
  readonly notes: readonly FileNote[];
}

/** Longer than any configuration is. */
const longestFile = 1_000_000;

/** Whether a file's name is one that `declaredPoolsInConfig` reads: application.yml, ormconfig.json, schema.prisma. */
export function isConfigFile(file: string): boolean {
  return isSpringFile(file) || isNodeFile(file) || file.endsWith('.prisma');
}

/** The pools that a configuration file declares. Never throws for what is in it. */
export function declaredPoolsInConfig(file: TextFile, context: ConfigContext): PoolsInConfig {
  if (file.text.length > longestFile)
    return { pools: [], notes: [{ file: file.file, text: 'not read: it is larger than 1 MB' }] };
  try {
    return { pools: poolsIn(file, context), notes: [] };
  } catch (error) {
    return { pools: [], notes: [noteOf(error, file.file)] };
  }
}

function poolsIn(file: TextFile, context: ConfigContext): DeclaredPool[] {
  if (file.file.endsWith('.prisma')) return prismaPools(file, context);
  if (isNodeFile(file.file)) return nodePools(settingsOfFile(file, 'yaml'), context);
  if (!/datasource|hikari|dbcp|tomcat/i.test(file.text)) return [];
  return springPools(settingsOfFile(file, file.file.endsWith('.properties') ? 'properties' : 'yaml'), context);
}
