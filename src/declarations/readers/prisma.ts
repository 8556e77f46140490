import type { EngineId } from '../../base/engine.ts';
import { contradiction, type DeclaredEntry } from '../entry.ts';
import type { PickedOption, Reader } from '../reader.ts';

/** A .env file whose DATABASE_URL has the parameters of Prisma up to version 6. */
export const prismaReader: Reader = {
  title: 'Prisma',
  formats: ['dotenv'],
  drivers: ['prisma-engine'],
  login: [
    'url',
    'host',
    'user',
    'password',
    'socket',
    'sslmode',
    'sslcert',
    'sslidentity',
    'sslpassword',
    'sslaccept',
    'sslrootcert',
    'sslkey',
    'ssl*',
  ],
  others: {
    application_name: 'names the application to the server',
    channel_binding: 'binds the login to the TLS connection',
    options: 'is handed to the server at the start of a session',
    pgbouncer: 'turns the cache of prepared statements off',
    schema: 'is the schema of the tables',
    single_use_connections: 'closes a connection after one use',
    statement_cache_size: 'limits the cached prepared statements',
    target_session_attrs: 'chooses among several servers',
  },
  pick(entries, { file, namesOf }) {
    const urls = entries.filter(({ value }) => isUrl(value));
    const pooled = urls.filter(({ value }) => /[?&](?:connection_limit|pool_timeout)=/.test(String(value)));
    const candidates = pooled.length > 0 ? pooled : urls;
    const chosen = candidates.find(({ key }) => key === 'DATABASE_URL') ?? candidates[0];
    const second = candidates.find((candidate) => candidate !== chosen);
    if (chosen && second && (chosen.key !== 'DATABASE_URL' || second.key === 'DATABASE_URL')) {
      throw contradiction(
        file,
        second.line,
        `a second URL is here; the first is in line ${chosen.line}.`,
        'Leave the one that is meant, or call it DATABASE_URL.',
      );
    }
    const engine = chosen && engineOf(String(chosen.value));
    return {
      driver: 'prisma-engine',
      isMarked: pooled.length > 0,
      // The URL itself is the address.
      options: chosen
        ? [{ ...chosen, name: 'url' }, ...parametersOf(chosen, [...namesOf('prisma-engine'), ...this.login])]
        : [],
      ...(engine && { engine }),
    };
  },
};

function isUrl(value: DeclaredEntry['value']): boolean {
  return /^(?:postgres|postgresql|mysql|mariadb):\/\//i.test(String(value));
}

function engineOf(url: string): EngineId {
  return /^postgres/i.test(url) ? 'postgres' : 'mysql';
}

/** The text after the last question mark, because a password may hold one. Where it may be the password's, only known names count. */
function parametersOf(entry: DeclaredEntry, known: readonly string[]): PickedOption[] {
  const url = String(entry.value);
  const query = /\?([^?]*)$/.exec(url)?.[1] ?? '';
  // Where the URL is quoted, a quote stands on each side of it.
  const quote = Math.max(0, (entry.valueAt.end - entry.valueAt.start - url.length) / 2);
  let start = entry.valueAt.start + quote + url.length - query.length;
  return query.split('&').flatMap((pair) => {
    const [name = '', ...rest] = pair.split('=');
    const isName = query.includes('@') ? known.includes(name) : /^[a-z_]+$/.test(name);
    const keyAt = { start, end: start + name.length };
    const valueAt = { start: Math.min(keyAt.end + 1, start + pair.length), end: start + pair.length };
    start += pair.length + 1;
    return isName ? [{ ...entry, name, key: `${entry.key}?${name}`, value: rest.join('='), keyAt, valueAt }] : [];
  });
}
