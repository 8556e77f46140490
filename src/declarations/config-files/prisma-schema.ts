import type { EngineId } from '../../base/engine.ts';
import { placeFinder } from '../code/lines.ts';
import { folderOf } from '../code/paths.ts';
import type { DeclaredOption, DeclaredPool } from '../declared-pool.ts';
import type { Stretch } from '../entry.ts';
import { prismaReader } from '../readers/prisma.ts';
import type { SourceSpan } from '../source-span.ts';
import type { ReadFile, TextFile } from '../text-file.ts';
import type { Resolved } from '../value.ts';
import { type ConfigContext, unsecret } from './config-file.ts';

const engines: Readonly<Record<string, EngineId>> = {
  postgresql: 'postgres',
  postgres: 'postgres',
  cockroachdb: 'postgres',
  mysql: 'mysql',
};

/**
 * The pool of Prisma's own engine, which a datasource of schema.prisma sets up through its URL. Version 7 and driver adapters
 * have pools in code.
 */
export function prismaPools({ file, text }: TextFile, context: ConfigContext): DeclaredPool[] {
  if (hasDriverOfItsOwn(file, context.read)) return [];
  const spanOf = placeFinder(file, text);
  return Array.from(text.matchAll(/^[ \t]*datasource[ \t]+(\w+)[ \t]*\{([^}]*)\}/gm)).flatMap((match) => {
    const [whole, name = '', body = ''] = match;
    const engine = engines[/^[ \t]*provider[ \t]*=[ \t]*"(\w+)"/m.exec(body)?.[1] ?? ''];
    const url = /^[ \t]*(url)[ \t]*=[ \t]*(env\(\s*"(\w+)"\s*\)|"[^"\n]*")/m.exec(body);
    if (engine === undefined || !url) return [];
    const start = match.index + whole.indexOf(url[0]) + url[0].search(/\S/);
    const keyAt = { start, end: start + 'url'.length };
    const at = { start, end: start + url[0].trimStart().length };
    const value = urlValue(url[3], url[2] ?? '', file, spanOf(at), context);
    const place = spanOf({ start: match.index + whole.search(/\S/), end: match.index + whole.length });
    return [poolOf(value, { name, engine, place, keyAt, at, spanOf })];
  });
}

interface Around {
  readonly name: string;
  readonly engine: EngineId;
  readonly place: SourceSpan;
  readonly keyAt: Stretch;
  readonly at: Stretch;
  spanOf(stretch: Stretch): SourceSpan;
}

function poolOf(value: Resolved, { name, engine, place, keyAt, at, spanOf }: Around): DeclaredPool {
  const option = (option: string, resolved: Resolved): DeclaredOption => ({
    name: option,
    value: resolved,
    place: spanOf(at),
    keyPlace: spanOf(keyAt),
  });
  const entry = {
    key: 'DATABASE_URL',
    value: value.kind === 'known' ? value.value : '',
    line: place.line,
    keyAt,
    valueAt: at,
  };
  const { options } = prismaReader.pick([entry], { file: place.file, format: 'dotenv', namesOf: () => [] });
  const parameters = options.map((parameter) =>
    option(parameter.name, {
      kind: 'known',
      value: parameter.value,
      origins: [{ kind: 'url-parameter', text: `${parameter.name} of the URL` }, ...value.origins],
    }),
  );
  return {
    library: 'prisma-engine',
    package: '@prisma/client',
    engine,
    place,
    made: 'datasource',
    name,
    options: [option('url', unsecret('url', value)), ...parameters],
    ...(value.kind === 'unknown' && { opaque: value.why }),
    lives: 'module',
  };
}

function urlValue(
  variable: string | undefined,
  text: string,
  file: string,
  place: SourceSpan,
  { environment }: ConfigContext,
): Resolved {
  if (variable === undefined) {
    return { kind: 'known', value: text.slice(1, -1), origins: [{ kind: 'literal', text: `url in ${file}`, place }] };
  }
  const [only, other] = environment.valuesOf(variable, file);
  const through = { kind: 'environment' as const, text: variable, place };
  if (only && !other) return { ...only, origins: [through, ...only.origins] };
  const why = other ? `${variable} has several values` : `${variable} is set in no file of the project`;
  return { kind: 'unknown', why, origins: [through] };
}

/** By the package.json around the schema: Prisma 7, or a driver adapter. */
function hasDriverOfItsOwn(file: string, read: ReadFile): boolean {
  for (let folder = folderOf(file); ; folder = folderOf(folder)) {
    const text = read(folder === '' ? 'package.json' : `${folder}/package.json`);
    if (text !== undefined && /"(?:@prisma\/client|prisma)"\s*:/.test(text)) {
      const major = /"(?:@prisma\/client|prisma)"\s*:\s*"[^\d"]*(\d+)/.exec(text)?.[1];
      return Number(major) >= 7 || /"@prisma\/adapter-/.test(text);
    }
    if (folder === '') return false;
  }
}
