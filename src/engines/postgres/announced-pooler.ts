import { PoolctlError } from '../../base/errors.ts';
import { withoutUndefined } from '../../base/without-undefined.ts';
import { checkedFacts } from '../checked-facts.ts';
import type { AnnouncedPooler, ServerFacts } from '../facts.ts';
import { textIn } from '../rows.ts';
import type { PostgresSession } from './connect.ts';
import { postgresFacts } from './facts.ts';

/** What PostgreSQL answers, and the pooler before it where that tells of itself. @throws PoolctlError PROTOCOL_MISMATCH */
export async function postgresServerFacts(session: PostgresSession): Promise<ServerFacts> {
  const facts = checkedFacts(await postgresFacts(session));
  return { ...facts, ...withoutUndefined({ pooler: await announcedPooler(session, facts) }) };
}

const modes = ['session', 'transaction', 'statement'] as const;

/**
 * PgBouncer from 1.26 on, by what it announces at the login; pgpool-II, by what only it answers. Neither takes a privilege.
 * pgpool-II hands on the server's process and always opens the session anew: only where one is relayed it is asked, since
 * a server writes the question into its log as an error.
 */
async function announcedPooler(session: PostgresSession, facts: ServerFacts): Promise<AnnouncedPooler | undefined> {
  const bouncer = announcedBouncer(session.announced);
  if (bouncer) return bouncer;
  const { throughPooler, relayedFromPort, forwardedToPort, changesTransport } = facts;
  const isRelayed = relayedFromPort !== undefined || forwardedToPort !== undefined || changesTransport;
  return !throughPooler && isRelayed ? answeringPgpool(session) : undefined;
}

function announcedBouncer(announced: ReadonlyMap<string, string>): AnnouncedPooler | undefined {
  const said = (name: string) => announced.get(`pgbouncer.${name}`) ?? '';
  const version = versionIn(said('version'));
  if (version === undefined) return undefined;
  const prepared = /^\d{1,6}$/.exec(said('max_prepared_statements'))?.[0];
  return {
    ...{ name: 'PgBouncer', profile: 'pgbouncer', version },
    ...withoutUndefined({
      mode: modes.find((mode) => mode === said('pool_mode')),
      maxPreparedStatements: prepared === undefined ? undefined : Number(prepared),
    }),
  };
}

async function answeringPgpool(session: PostgresSession): Promise<AnnouncedPooler | undefined> {
  try {
    const [row] = await session.alone('SHOW pool_version');
    const version = versionIn(textIn(row, 'pool_version') ?? '');
    return version === undefined ? undefined : { name: 'pgpool-II', profile: 'pgpool', version };
  } catch (error) {
    if (error instanceof PoolctlError && error.code === 'QUERY_FAILED') return undefined;
    throw error;
  }
}

/** `1.26.1`, out of `PgBouncer 1.26.1` or `4.3.5 (tamahomeboshi)`. */
function versionIn(text: string): string | undefined {
  return /\b\d{1,3}(?:\.\d{1,3}){1,2}\w{0,10}/.exec(text)?.[0];
}
