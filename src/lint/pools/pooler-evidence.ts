import type { DeclaredPool } from '../../declarations/declared-pool.ts';
import type { PoolerInFiles } from '../../declarations/manifests/pooler.ts';
import { countOf } from '../../declarations/manifests/values.ts';
import { hostsOfPool, isHostOf } from '../budget/hosts.ts';
import type { FileContext } from '../project.ts';
import { optionText } from './words.ts';

/** The port of Supavisor in transaction mode: supabase.com/docs/guides/database/connecting-to-postgres. */
const transactionPort = 6543;

/** A pooler in transaction mode that a pool connects to. */
export interface TransactionPooler {
  /** What says so. */
  readonly why: string;
  /** It is known not to follow prepared statements from one server connection to another. */
  readonly losesPrepared?: true;
}

/** The pooler by what poolctl.yaml, the options of the pool and the manifests say; undefined where nothing does. */
export function transactionPooler(
  pool: DeclaredPool | undefined,
  context: Pick<FileContext, 'config' | 'manifests' | 'environment'>,
): TransactionPooler | undefined {
  const { assume } = context.config;
  if (assume.pooler === 'transaction') return { why: 'poolctl.yaml assumes a transaction pooler' };
  if (!pool || assume.pooler !== undefined) return undefined;
  const address = optionText(pool, /(?:^|\.)(?:url|uri|connectionString|host|hostname)$/);
  if (/[?&]pgbouncer=true\b/.test(address)) return { why: 'its URL has pgbouncer=true' };
  if (new RegExp(`:${transactionPort}(?:[/?]|$)`, 'm').test(address)) return supavisor('URL has port');
  // Neon: https://neon.com/docs/connect/connection-pooling
  if (/(?:^|[@/])[\w.]+(?:-[\w]+)*-pooler\./m.test(address)) return { why: 'its host is a pooler (-pooler.)' };
  const port = pool.options.find(({ name }) => /(?:^|\.)port$/.test(name))?.value;
  if (port?.kind === 'known' && Number(port.value) === transactionPort) return supavisor('port is');
  return inManifests(pool, context);
}

/** It follows none: supabase.com/docs/guides/troubleshooting/disabling-prepared-statements-qL8lEL. */
function supavisor(words: string): TransactionPooler {
  return { why: `its ${words} ${transactionPort}`, losesPrepared: true };
}

/** A PgBouncer of the project whose service answers to the host that the pool connects to. */
function inManifests(
  pool: DeclaredPool,
  { manifests, environment }: Pick<FileContext, 'manifests' | 'environment'>,
): TransactionPooler | undefined {
  if (manifests.poolers.length === 0 || (pool.engine !== undefined && pool.engine !== 'postgres')) return undefined;
  const hosts = hostsOf(pool, environment);
  const pooler = manifests.poolers.find(
    ({ mode, service }) =>
      mode.kind === 'known' &&
      mode.value === 'transaction' &&
      manifests.services.some((running) => running.name === service && hosts.some((host) => isHostOf(host, running))),
  );
  return pooler && { why: placeWords(pooler), ...(countOf(pooler.prepared) === 0 && { losesPrepared: true as const }) };
}

function placeWords({ service, mode, place }: PoolerInFiles): string {
  const { file, line } = mode.origins.find((origin) => origin.place)?.place ?? place;
  return `PgBouncer ${service}, pool_mode of ${file}:${line}`;
}

/** The hosts that a pool names, or the one that drivers of PostgreSQL take from the environment. */
function hostsOf(pool: DeclaredPool, environment: FileContext['environment']): readonly string[] {
  const named = hostsOfPool(pool);
  const isAddressed = pool.options.some(({ name }) => /(?:^|\.)(?:url|connectionString|host|hostname)$/.test(name));
  if (named.length > 0 || isAddressed || pool.opaque !== undefined) return named;
  return environment
    .valuesOf('PGHOST', pool.place.file)
    .flatMap((value) => (value.kind === 'known' ? [String(value.value).toLowerCase()] : []));
}
