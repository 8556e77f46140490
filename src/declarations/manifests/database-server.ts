import type { EngineId } from '../../base/engine.ts';
import type { Resolved } from '../value.ts';
import { type Container, imageName, type MountedFile } from './container.ts';
import type { ServerInManifest } from './service.ts';
import { inManifest, known, unknown } from './values.ts';

/** The images that are a server, by the start of their name. */
const images: readonly (readonly [name: RegExp, engine: EngineId])[] = [
  [/^(?:postgres|postgresql|postgis|timescaledb(?:-ha)?|pgvector|pg|supabase-postgres|postgres-\w+)$/, 'postgres'],
  [/^(?:mysql|mysql-server|percona|percona-server)$/, 'mysql'],
  [/^mariadb$/, 'mariadb'],
];

/** Variables that images of Bitnami and others turn into max_connections. */
const variables = [
  'POSTGRESQL_MAX_CONNECTIONS',
  'POSTGRES_MAX_CONNECTIONS',
  'MYSQL_MAX_CONNECTIONS',
  'MARIADB_MAX_CONNECTIONS',
];

/** The database server that a container runs, if it is one; max_connections as its command, its environment or a mounted file sets it. */
export function serverOf(container: Container): ServerInManifest | undefined {
  const name = imageName(container.image);
  const engine = images.find(([image]) => image.test(name))?.[1];
  if (engine === undefined) return undefined;
  return { engine, maxConnections: maxConnectionsOf(container), place: container.place };
}

function maxConnectionsOf({ words, env, files, place }: Container): Resolved {
  const given = inCommand(words);
  if (given !== undefined) {
    const origin = inManifest('max_connections', place);
    return /^\d+$/.test(given) ? known(Number(given), origin) : unknown('max_connections is no number', origin);
  }
  for (const name of variables) {
    const value = env.get(name);
    if (value) return value;
  }
  for (const file of files.filter(({ path }) => /\.(?:conf|cnf|ini)$/.test(path))) {
    const value = inConfiguration(file);
    if (value) return value;
  }
  return unknown('max_connections is not set here');
}

/** `-c max_connections=200`, `--max-connections 200`, `-cmax_connections=200`. */
function inCommand(words: readonly string[]): string | undefined {
  const line = words.join(' ');
  return /(?:^|[\s-])(?:-c\s*|--)?max[_-]connections(?:\s*=\s*|\s+)(\S+)/.exec(line)?.[1];
}

/** The last line that sets it wins, in postgresql.conf and my.cnf alike. */
function inConfiguration({ path, text, place }: MountedFile): Resolved | undefined {
  const last = [...text.matchAll(/^[ \t]*max[_-]connections[ \t]*=?[ \t]*'?(\d+)/gm)].at(-1)?.[1];
  return last === undefined ? undefined : known(Number(last), inManifest(`max_connections of ${path}`, place));
}
