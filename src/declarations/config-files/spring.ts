import { folderOf } from '../code/paths.ts';
import type { DeclaredPool } from '../declared-pool.ts';
import type { DeclaredEntry } from '../entry.ts';
import { jdbcEngine } from '../jdbc.ts';
import { dbcp1Reader } from '../readers/dbcp1.ts';
import { dbcp2Reader } from '../readers/dbcp2.ts';
import { hikaricpReader } from '../readers/hikaricp.ts';
import { tomcatReader } from '../readers/tomcat.ts';
import type { ReadFile, TextFile } from '../text-file.ts';
import { type ConfigContext, type ConfigFile, poolFrom, readContext } from './config-file.ts';
import { isOtherPoolOfBuild } from './spring-build.ts';
import { fromVariable, springValue } from './spring-value.ts';

const readers = { hikari: hikaricpReader, dbcp2: dbcp2Reader, dbcp: dbcp1Reader, tomcat: tomcatReader } as const;
type Section = keyof typeof readers;
const section = /^(?:(.*?)\.)?(hikari|dbcp2|dbcp|tomcat)\.[^.]/i;

/** The settings of one profile: a document of a YAML file, or a file of a profile. */
interface SpringDocument {
  readonly entries: readonly DeclaredEntry[];
  readonly profile: string | undefined;
}

const named = /(?:^|\/)(?:application|bootstrap)(?:-[\w.]+(?:-[\w.]+)*)?\.(?:ya?ml|properties)$/;
/** What files of other names begin settings of a pool with: `spring.config.name` gives them, or a config server hands them out. */
const marks =
  /^spring\.datasource\.|^spring:[ \t]*(?:\r?\n(?:[ \t][^\r\n]*)?)*?\r?\n[ \t]+datasource[.:]|^spring\.datasource:/m;

export function isSpringFile({ file, text }: TextFile): boolean {
  return named.test(file) || (/\.(?:ya?ml|properties)$/.test(file) && text.includes('datasource') && marks.test(text));
}

/** The pools of a Spring Boot configuration; each profile's documents make pools of their own. */
export function springPools(file: ConfigFile, context: ConfigContext): DeclaredPool[] {
  const documents = documentsOf(file);
  return documents
    .filter(({ entries }) => !isEmbedded(entries))
    .flatMap((document) => {
      const places = poolsIn(document.entries, file.file, context.read);
      return places.flatMap(({ parent, kind, isImplied }) => {
        const reader = readers[kind];
        const below = document.entries.filter(
          ({ key }) => parent === '' || key.toLowerCase().startsWith(`${parent}.`.toLowerCase()),
        );
        const engine = file.entries.map(({ value }) => jdbcEngine(String(value))).find(Boolean);
        const around = { ...readContext(file, context), ...(engine && { engine }) };
        const picked = reader.pick(isImplied ? below : withoutOthers(below, parent, kind), around);
        const opaque = elsewhere(document, documents, file, context);
        const made = [parent, ...(isImplied ? [] : [kind])].filter(Boolean).join('.');
        const pool = poolFrom(
          picked,
          reader,
          file,
          {
            made,
            ...(opaque !== undefined && { opaque }),
            ...(document.profile !== undefined && { environment: document.profile }),
          },
          (entry) => springValue(entry, file, context.environment),
        );
        return pool ? withSizeOfVariable(pool, `${parent}.hikari.maximum-pool-size`, file, context) : [];
      });
    });
}

/** A database inside of the process, for development and tests: its pool takes nobody's connections. */
function isEmbedded(entries: readonly DeclaredEntry[]): boolean {
  const urls = entries.map(({ value }) => String(value)).filter((value) => value.startsWith('jdbc:'));
  return urls.length > 0 && urls.every((url) => /^jdbc:(?:h2|hsqldb|derby|sqlite):/.test(url));
}

/** A size that stands in no file, and in a variable that Spring binds to it. */
function withSizeOfVariable(
  pool: DeclaredPool,
  key: string,
  file: ConfigFile,
  { environment }: ConfigContext,
): DeclaredPool {
  if (pool.library !== 'hikaricp' || pool.options.some(({ name }) => name === 'maximumPoolSize')) return pool;
  const value = fromVariable(key, file, environment);
  const option = value && { name: 'maximumPoolSize', value, place: pool.place, keyPlace: pool.place };
  return option ? { ...pool, options: [...pool.options, option] } : pool;
}

function documentsOf({ entries, file }: ConfigFile): SpringDocument[] {
  const ofFile = /(?:application|bootstrap)-([\w.-]+)\.\w+$/.exec(file)?.[1];
  const numberOf = ({ document = 0 }: DeclaredEntry) => document;
  const numbers = [...new Set(entries.map(numberOf))];
  return numbers.map((number) => {
    const own = entries.filter((entry) => numberOf(entry) === number);
    const given = own.find(({ key }) => /^spring\.(?:config\.activate\.on-profile|profiles)(?:\.0)?$/.test(key));
    return { entries: own, profile: given ? String(given.value) : ofFile };
  });
}

/** Where pools are configured: `spring.datasource.hikari`, `app.reports.hikari`; or spring.datasource alone, which makes a Hikari pool. */
function poolsIn(
  entries: readonly DeclaredEntry[],
  file: string,
  read: ReadFile,
): { parent: string; kind: Section; isImplied?: true }[] {
  const found = new Map<string, { parent: string; kind: Section }>();
  for (const { key } of entries) {
    const [, parent = '', kind = ''] = section.exec(key) ?? [];
    const isOther = /^(?:server|logging|management)(?:\.|$)/.test(parent);
    if (kind !== '' && !isOther)
      found.set(`${parent}.${kind}`.toLowerCase(), { parent, kind: kind.toLowerCase() as Section });
  }
  if (found.size > 0) return [...found.values()];
  const value = (name: string) =>
    String(entries.find(({ key }) => key.toLowerCase() === `spring.datasource.${name}`)?.value ?? '');
  const isOther = entries.some(({ key }) => /(?:^|\.)(?:druid|c3p0)\./i.test(key)) || isOtherPoolOfBuild(file, read);
  const isHikari = value('type') === '' ? !isOther : /hikari/i.test(value('type'));
  return isHikari && jdbcEngine(value('url')) ? [{ parent: 'spring.datasource', kind: 'hikari', isImplied: true }] : [];
}

/** Without what is below other pools of the same parent. */
function withoutOthers(entries: readonly DeclaredEntry[], parent: string, kind: Section): DeclaredEntry[] {
  return entries.filter(({ key }) => {
    const [, own = '', found = ''] = section.exec(key) ?? [];
    return found === '' || (own === parent && found.toLowerCase() === kind);
  });
}

const productive = ['prod', 'production', 'prd', 'live', 'docker', 'k8s', 'kubernetes', 'cloud'];

/** Why an option that is not here may be set elsewhere. */
function elsewhere(
  { profile }: SpringDocument,
  documents: readonly SpringDocument[],
  { file }: ConfigFile,
  { read }: ConfigContext,
): string | undefined {
  if (profile !== undefined) return 'the settings of all profiles hold for it too';
  const other = documents.find(
    (document) => document.profile !== undefined && poolsIn(document.entries, file, read).length > 0,
  );
  if (other) return `the profile ${other.profile} sets options of its own`;
  const ending = /\.\w+$/.exec(file)?.[0] ?? '';
  const folder = folderOf(file);
  for (const name of productive) {
    const beside = `${folder === '' ? '' : `${folder}/`}application-${name}${ending}`;
    if (/hikari|dbcp2?|tomcat/i.test(read(beside) ?? '')) return `${beside} sets options of its own`;
  }
  return undefined;
}
