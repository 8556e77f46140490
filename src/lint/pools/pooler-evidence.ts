import type { DeclaredPool } from '../../declarations/declared-pool.ts';
import type { LintConfig } from '../config.ts';
import { optionText } from './words.ts';

/** The port of Supavisor in transaction mode: supabase.com/docs/guides/database/connecting-to-postgres. */
const transactionPort = 6543;

/** What says that a pool connects to a pooler in transaction mode; undefined where nothing does. */
export function transactionPooler(pool: DeclaredPool | undefined, { assume }: LintConfig): string | undefined {
  if (assume.pooler === 'transaction') return 'poolctl.yaml assumes a transaction pooler';
  if (!pool || assume.pooler !== undefined) return undefined;
  const address = optionText(pool, /(?:^|\.)(?:url|uri|connectionString|host|hostname)$/);
  if (/[?&]pgbouncer=true\b/.test(address)) return 'its URL has pgbouncer=true';
  if (new RegExp(`:${transactionPort}(?:[/?]|$)`, 'm').test(address)) return `its URL has port ${transactionPort}`;
  // Neon: https://neon.com/docs/connect/connection-pooling
  if (/(?:^|[@/])[\w.]+(?:-[\w]+)*-pooler\./m.test(address)) return 'its host is a pooler (-pooler.)';
  const port = pool.options.find(({ name }) => /(?:^|\.)port$/.test(name))?.value;
  return port?.kind === 'known' && Number(port.value) === transactionPort
    ? `its port is ${transactionPort}`
    : undefined;
}
