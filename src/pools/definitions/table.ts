import { defaultPorts } from '../../base/engine.ts';
import { withoutUndefined } from '../../base/without-undefined.ts';
import { LateSecret } from '../credentials/late-secret.ts';
import type { PoolDefinition } from '../definition.ts';
import { DefinitionError, type DefinitionList } from './definition-list.ts';
import { engineOfType, knownTypes } from './engine-name.ts';

/** A row of a table of connections, by the names of its columns in `external_db_connections`. */
export interface ConnectionRow {
  readonly id: number | string;
  /** `postgresql`, `mysql` or `mariadb`. */
  readonly db_type: string;
  readonly host: string;
  readonly port?: number | string | null;
  readonly database_name: string;
  readonly username: string;
  /** As it is stored, usually encrypted. */
  readonly password?: string | null;
  /** 10 where it is empty. */
  readonly max_connections?: number | string | null;
  /** Seconds. */
  readonly connection_timeout?: number | string | null;
  /** Seconds. */
  readonly query_timeout?: number | string | null;
  /** `Y`: with TLS, and the certificate is checked. */
  readonly ssl_enabled?: string | null;
  /** Anything but `Y` switches the connection off. */
  readonly is_active: string;
}

/** How connections are read from a table; the query is the application's own. */
export interface ConnectionTable {
  /** All rows, switched off ones included: who asks for one of those learns that it is switched off. */
  readonly rows: () => Promise<readonly ConnectionRow[]>;
  /** The password from what the table has. Called when a connection is opened; its answer is kept for at most 5 minutes. */
  readonly decrypt: (stored: string, row: ConnectionRow) => Promise<string> | string;
}

/** Pools by the rows of a table such as `external_db_connections`. Passwords are read and decrypted for each connection. */
export function definitionsFromTable({ rows, decrypt }: ConnectionTable): DefinitionList {
  // The same object each time: another one would be another definition.
  const secrets = new Map<string, LateSecret>();
  const secretOf = (id: string) => {
    const secret = secrets.get(id) ?? new LateSecret(() => passwordOf(id));
    secrets.set(id, secret);
    return secret;
  };
  const passwordOf = async (id: string) => {
    const row = (await rows()).find((one) => String(one.id) === id);
    return row?.password ? decrypt(row.password, row) : '';
  };
  return async () => {
    const latest = (await rows()).map((row) => [String(row.id), row] as const);
    return new Map(latest.map(([id, row]) => [id, definitionOrError(row, row.password ? secretOf(id) : undefined)]));
  };
}

/** One bad row is no reason to refuse the others. */
function definitionOrError(row: ConnectionRow, secret: LateSecret | undefined): PoolDefinition | DefinitionError {
  try {
    return definitionOf(row, secret);
  } catch (error) {
    if (error instanceof DefinitionError) return error;
    throw error;
  }
}

function definitionOf(row: ConnectionRow, secret: LateSecret | undefined): PoolDefinition {
  const engine = engineOfType(String(row.db_type));
  if (!engine) throw refuse(row, 'db_type', `is ${row.db_type}. ${knownTypes}`);
  return {
    engine,
    host: row.host,
    port: numberIn(row, 'port', 1) ?? defaultPorts[engine],
    database: row.database_name,
    user: row.username,
    isActive: row.is_active === 'Y',
    ...withoutUndefined({
      secret,
      tls: row.ssl_enabled === 'Y' ? {} : undefined,
      max: numberIn(row, 'max_connections', 1),
      connectTimeoutMs: inMs(numberIn(row, 'connection_timeout', 0.001)),
      statementTimeoutMs: inMs(numberIn(row, 'query_timeout', 0)),
    }),
  };
}

const inMs = (seconds: number | undefined) => (seconds === undefined ? undefined : seconds * 1_000);

type NumberColumn = 'port' | 'max_connections' | 'connection_timeout' | 'query_timeout';

/** Drivers give DECIMAL and BIGINT as text. */
function numberIn(row: ConnectionRow, column: NumberColumn, least: number): number | undefined {
  const written = row[column];
  if (written === undefined || written === null || written === '') return undefined;
  const number = Number(written);
  if (!Number.isFinite(number) || number < least)
    throw refuse(row, column, `is ${written}, which is not a number of ${least} or more.`);
  return number;
}

const refuse = (row: ConnectionRow, column: keyof ConnectionRow, what: string) =>
  new DefinitionError(`The connection with id ${row.id}: ${column} ${what}`);
