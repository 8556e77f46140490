import type { EngineId } from '../../base/engine.ts';
import type { Origin, Resolved } from '../value.ts';
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

/** The database server that a container runs, if it is one, with its limits as its command, its environment or a file that it reads sets them. */
export function serverOf(container: Container): ServerInManifest | undefined {
  const engine = engineOfImage(container.image);
  if (engine === undefined || isScript(container)) return undefined;
  const idleLimitMs = idleLimitOf(container, engine);
  return {
    ...{ engine, maxConnections: maxConnectionsOf(container, engine), place: container.place },
    ...(idleLimitMs && { idleLimitMs }),
  };
}

/** The engine of an image that is a server, unless its command is something else. */
export function engineOfImage(image: string): EngineId | undefined {
  const name = imageName(image);
  return images.find(([known]) => known.test(name))?.[1];
}

const clients =
  /(?:^|[\s/;&|(])(?:psql|createdb|createuser|pg_dump(?:all)?|pg_restore|pg_isready|mysqldump|mysqladmin|mariadb-dump)\s/;
const starts = /docker-entrypoint|mysqld|mariadbd|(?:^|[;&|]\s*|exec\s+)postgres(?:\s|$)/;

/** The image of a server that a job takes for its clients: `psql -f seed.sql`. */
function isScript({ words }: Container): boolean {
  const line = words.join(' ');
  return clients.test(`${line} `) && !starts.test(line);
}

function maxConnectionsOf(container: Container, engine: EngineId): Resolved {
  const given = inCommand(container, 'max_connections');
  if (given) return countIn(given);
  for (const name of variables) {
    const value = container.env.get(name);
    if (value) return value;
  }
  const configured = inFiles(container, engine, 'max_connections');
  return configured ? countIn(configured) : unknown('max_connections is not set here');
}

/** How long a session may be idle: wait_timeout in seconds, idle_session_timeout in milliseconds or with a unit. */
function idleLimitOf(container: Container, engine: EngineId): Resolved | undefined {
  const name = engine === 'postgres' ? 'idle_session_timeout' : 'wait_timeout';
  const given = inCommand(container, name) ?? inFiles(container, engine, name);
  const [, count, unit = engine === 'postgres' ? 'ms' : 's'] =
    /^(\d{1,12})(ms|s|min|h|d)?$/.exec(given?.text ?? '') ?? [];
  const factor = { ms: 1, s: 1_000, min: 60_000, h: 3_600_000, d: 86_400_000 }[unit] ?? 1;
  return given && Number(count) > 0 ? known(Number(count) * factor, given.origin) : undefined;
}

interface Written {
  readonly text: string;
  readonly origin: Origin;
}

function countIn({ text, origin }: Written): Resolved {
  return /^\d+$/.test(text) ? known(Number(text), origin) : unknown('max_connections is no number', origin);
}

/** `-c max_connections=200`, `--max-connections 200`, `-cmax_connections=200`. */
function inCommand({ words, place }: Container, name: string): Written | undefined {
  const setting = new RegExp(`(?:^|[\\s-])(?:-c\\s*|--)?${name.replaceAll('_', '[_-]')}(?:\\s*=\\s*|\\s+)(\\S+)`);
  const text = setting.exec(words.join(' '))?.[1];
  return text === undefined ? undefined : { text, origin: inManifest(name, place) };
}

/** The last line that sets it wins, in postgresql.conf and my.cnf alike. */
function inFiles(container: Container, engine: EngineId, name: string): Written | undefined {
  const line = new RegExp(`^[ \\t]*${name.replaceAll('_', '[_-]')}[ \\t]*=?[ \\t]*'?(\\w+)`, 'gm');
  for (const { path, text, spanOf } of container.files.filter((file) => isReadBy(container, engine, file))) {
    const last = [...text.matchAll(line)].at(-1);
    if (last?.[1] === undefined) continue;
    const place = spanOf({ start: last.index, end: last.index + last[0].length });
    return { text: last[1], origin: inManifest(`${name} of ${path}`, place) };
  }
  return undefined;
}

/** PostgreSQL reads postgresql.conf in its data directory, or the one that its command names; Bitnami's image, what is in its folders. */
function isReadBy({ words }: Container, engine: EngineId, { path }: MountedFile): boolean {
  if (engine !== 'postgres') return /\.(?:conf|cnf|ini)$/.test(path);
  const named = /config[_-]file\s*=?\s*(\S+)/.exec(words.join(' '))?.[1];
  return named === path || (path.endsWith('.conf') && /^\/(?:var\/lib\/postgresql|(?:opt\/)?bitnami)\//.test(path));
}
