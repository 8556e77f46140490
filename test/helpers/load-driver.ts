import type {
  ConnectTimes,
  LoadConnection,
  LoadDriver,
  LoadPool,
  LoadSafety,
  LoadStatement,
  LoadTarget,
} from '../../src/drivers/driver.ts';
import { openDriver } from '../../src/drivers/open.ts';
import { ConnectionTarget, type TargetParts } from '../../src/engines/target.ts';
import type { Server } from './servers/facts.ts';
import { type Protocol, protocolOf } from './sessions.ts';

export const loadEngines = ['postgres', 'mariadb', 'mysql'] as const;

/** What a load is told where a test does not care. */
export const safety: LoadSafety = {
  tag: 'poolctl-probe/test',
  readOnly: true,
  statementTimeoutMs: 20_000,
  lockTimeoutMs: 2_000,
  idleTimeoutMs: 30_000,
};

export const settings = { connectionLimit: 3, connectTimeoutMs: 5_000 } as const;

export const never = new AbortController().signal;

/** Where an ordinary user logs in, and with which limits. */
export function loadTarget(
  protocol: Protocol,
  { host, port, user, password, database }: Server,
  { limits = {}, ...parts }: Partial<TargetParts> & { readonly limits?: Partial<LoadSafety> } = {},
): LoadTarget {
  const target = new ConnectionTarget({
    ...{ protocol, host, port, user, password, database, tls: { mode: 'disable' } },
    ...parts,
  });
  return { target, safety: { ...safety, ...limits } };
}

export async function driverOf(engine: keyof typeof protocolOf, server: Server): Promise<LoadDriver> {
  return openDriver(loadTarget(protocolOf[engine], server).target);
}

export interface Lent {
  readonly connection: LoadConnection;
  readonly openedMs: number | undefined;
}

export function acquire(pool: LoadPool): Promise<Lent> {
  return new Promise((resolve, reject) => {
    pool.acquire((error, connection, openedMs) => {
      if (connection) resolve({ connection, openedMs });
      else reject(error);
    });
  });
}

export function acquireAll(pool: LoadPool, count: number): Promise<Lent[]> {
  return Promise.all(Array.from({ length: count }, () => acquire(pool)));
}

export function runOn(
  connection: LoadConnection,
  text: string,
  options: Partial<LoadStatement> & { readonly values?: readonly (string | number | null)[] } = {},
): Promise<void> {
  const { values = [], ...statement } = options;
  return new Promise((resolve, reject) => {
    connection.run({ text, prepared: false, ...statement }, values, (error) => (error ? reject(error) : resolve()));
  });
}

/** The class of the error that a promise ends with. */
export async function failureOf(driver: LoadDriver, work: Promise<unknown>) {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof Error)) throw new Error('it did not fail');
  return driver.classify(error);
}

export const sleepFor = {
  postgres: (seconds: number) => `SELECT pg_sleep(${seconds})`,
  mysql: (seconds: number) => `SELECT SLEEP(${seconds})`,
} as const;

/** That the parts of opening a connection are there, and make the whole. */
export function sumOf({ tcpMs, tlsMs = 0, loginMs, setupMs }: ConnectTimes): number {
  return tcpMs + tlsMs + loginMs + setupMs;
}
