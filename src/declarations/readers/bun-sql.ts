import type { EngineId } from '../../base/engine.ts';
import type { Reader } from '../reader.ts';

const engines: Readonly<Record<string, EngineId>> = { postgres: 'postgres', mysql: 'mysql', mariadb: 'mariadb' };

/** The options of new SQL() of Bun, as JSON or YAML. */
export const bunSqlReader: Reader = {
  title: 'Bun.SQL',
  formats: ['yaml'],
  drivers: ['bun-sql'],
  rivals: ['postgres', 'hikaricp'],
  yields: true,
  isTyped: true,
  login: [
    'url',
    'adapter',
    'host',
    'hostname',
    'port',
    'path',
    'socket',
    'user',
    'username',
    'pass',
    'password',
    'database',
    'db',
    'tls',
    'tls.*',
    'ssl',
    'ssl.*',
    'allowPublicKeyRetrieval',
    'channelBinding',
  ],
  others: {
    bigint: 'gives big numbers as BigInt',
    'connection.*': 'is set in every new session',
    foundRows: 'counts the rows that were found, not those that changed',
    prepare: 'decides whether statements are prepared under a name',
    'transform.*': 'renames columns',
  },
  pick(entries) {
    const adapter = String(entries.find(({ key }) => key === 'adapter')?.value ?? 'postgres');
    const engine = Object.hasOwn(engines, adapter) ? engines[adapter] : undefined;
    return {
      driver: 'bun-sql',
      isMarked: false,
      options: entries.map((entry) => ({ ...entry, name: entry.key })),
      ...(engine && { engine }),
    };
  },
};
