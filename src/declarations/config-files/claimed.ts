import type { DeclaredPool } from '../declared-pool.ts';
import type { DeclaredEntry } from '../entry.ts';
import { formatOf } from '../formats/index.ts';
import type { Reader } from '../reader.ts';
import { readers } from '../readers/index.ts';
import { sectionsOf } from '../sections.ts';
import type { TextFile } from '../text-file.ts';
import { type ConfigContext, type ConfigFile, poolFrom, readContext } from './config-file.ts';
import { springValue } from './spring-value.ts';

const claiming = Object.values(readers).filter((reader) => reader.claims !== undefined);

/** The system whose reader says that the file is one of it. */
export function readerClaiming(file: TextFile): Reader | undefined {
  return claiming.find((reader) => reader.claims?.(file));
}

/** The format that a file is read in for lint: that of its name where the reader knows it. */
export function formatClaimed({ file, text }: TextFile, { formats }: Reader): Reader['formats'][number] {
  const format = formatOf(text, file);
  return formats.includes(format) ? format : (formats[0] ?? format);
}

/** The pools of a file that a reader has claimed: one for each section that it finds. */
export function claimedPools(file: ConfigFile, reader: Reader, context: ConfigContext): DeclaredPool[] {
  const around = readContext(file, context);
  const resolve = (entry: DeclaredEntry) => springValue(entry, file, context.environment);
  return sectionsOf(reader, file.entries, around).flatMap(({ at, entries }) => {
    const picked = reader.pick(entries, around);
    if (!picked.isMarked && !picked.isImplied) return [];
    const environment = environments.test(at) ? { environment: at } : at === '' ? {} : { name: at };
    return poolFrom(picked, reader, file, { made: reader.made ?? reader.title, ...environment }, resolve) ?? [];
  });
}

const environments = /^(?:prod(?:uction)?|dev(?:elopment)?|test|staging|qa|ci)$/;
