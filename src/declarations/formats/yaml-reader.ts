import type { DeclaredEntry } from '../entry.ts';
import type { Scalar } from '../value.ts';
import { isAmountKey } from './amount-keys.ts';

/**
 * Who reads a file of YAML: `core` is YAML 1.2; SnakeYAML of Java and Psych of Ruby read YAML 1.1, and what Go's tools have
 * (kubectl, kustomize, Helm, Compose) is between the two.
 */
export type YamlReader = 'core' | 'snakeyaml' | 'psych' | 'go';

const titles: Readonly<Record<YamlReader, string>> = {
  core: 'YAML 1.2',
  snakeyaml: "Spring Boot's YAML (SnakeYAML)",
  psych: "Ruby's YAML (Psych)",
  go: 'YAML of Go (kubectl, kustomize, Helm, Compose)',
};

/** A plain value as one reader has it. */
export interface ScalarRead {
  readonly value: Scalar;
  /** What to know where another reader has another number: a whole sentence. */
  readonly differs?: string;
}

/** Anything that readers may have different numbers for, or a word that is a truth value in YAML 1.1. */
const unusual = /^(?:[-+]?(?:0[\d_]+|0o[0-7_]+|0b[01_]+|\d[\d_]*_[\d_]*|\d[\d_]*(?::[0-5]?\d)+)|yes|no|on|off)$/i;

/** What a plain text comes to for a reader; undefined where that is as YAML 1.2 has it. */
export function readPlain(written: string, reader: YamlReader): ScalarRead | undefined {
  if (reader === 'core' || !unusual.test(written)) return undefined;
  const isWord = /^[a-z]+$/i.test(written);
  if (isWord) return reader === 'go' ? undefined : { value: /^(?:yes|on)$/i.test(written) };
  const value = numberBy(reader, written.replaceAll('_', ''), written);
  const theirs = coreNumber(written);
  if (value === theirs || (theirs === undefined && typeof value === 'string')) return undefined;
  const differs = `${written} is ${typeof value === 'number' ? value : 'text'} in ${titles[reader]}, and ${theirs ?? 'text'} in YAML 1.2.`;
  return { value, differs };
}

function numberBy(reader: YamlReader, digits: string, written: string): number | string {
  const [, sign = '', body = ''] = /^([-+]?)(.*)$/.exec(digits) ?? [];
  const signed = (value: number) => (sign === '-' ? -value : value);
  if (/^0[0-7]+$/.test(body)) return signed(Number.parseInt(body, 8));
  if (/^0b/i.test(body)) return signed(Number.parseInt(body.slice(2), 2));
  if (/^0o/i.test(body)) return reader === 'go' ? signed(Number.parseInt(body.slice(2), 8)) : written;
  if (body.includes(':')) {
    if (reader === 'go') return written;
    return signed(body.split(':').reduce((sum, part) => sum * 60 + Number(part), 0));
  }
  // `08` is no octal number; what it is bound to takes it for 8.
  return signed(Number(body));
}

/** Keys whose numbers poolctl reads: how many there are of something, or what bounds it. */
const counts =
  /^[ \t]*(?:- )?["']?([\w.-]{0,60}?(?:replicas|scale|count|pool|size|max|min|limit|parallel|concurrency|workers?|process|threads?|timeout)[\w.-]{0,60})["']?:[ \t]{1,20}([-+\w:]{1,30})[ \t]*(?:#.*)?$/gim;

/** The lines of a text in which a count is another number for its reader than for others. */
export function countsThatDiffer(text: string, reader: YamlReader): { readonly at: number; readonly words: string }[] {
  return Array.from(text.matchAll(counts), ({ index, 1: key = '', 2: written = '' }) => {
    const differs = readPlain(written, reader)?.differs;
    return differs === undefined ? undefined : { at: index, words: `${key}: ${differs.replace(/\.$/, '')}` };
  }).filter((found) => found !== undefined);
}

/** The number that YAML 1.2 has; undefined where it has text. */
function coreNumber(written: string): number | undefined {
  if (/^[-+]?\d+$/.test(written)) return Number(written);
  return /^0o[0-7]+$/.test(written) ? Number.parseInt(written.slice(2), 8) : undefined;
}

/** Who reads a file, by the keys that are in it. */
function readerOf(entries: readonly DeclaredEntry[]): YamlReader {
  if (entries.some(({ key }) => /^(?:spring|quarkus)\./.test(key))) return 'snakeyaml';
  return entries.some(({ key }) => /(?:^|\.)adapter$/.test(key)) ? 'psych' : 'core';
}

/** The entries of a file of YAML with the values that the system has which reads it. */
export function asItsSystemReads(entries: readonly DeclaredEntry[], text: string): DeclaredEntry[] {
  const reader = readerOf(entries);
  if (reader === 'core') return [...entries];
  return entries.map((entry) => {
    const read = readPlain(text.slice(entry.valueAt.start, entry.valueAt.end).trim(), reader);
    if (!read) return entry;
    return isAmountKey(entry.key) ? { ...entry, ...read } : { ...entry, value: read.value };
  });
}
