import { PoolctlError } from '../base/errors.ts';
import type { WantedServer } from './dsn/wanted.ts';
import { failure } from './failure.ts';
import { openServer } from './open.ts';
import type { OpenOptions, Session } from './session.ts';
import type { ConnectionTarget } from './target.ts';

/** After these, libpq tries the next host; after any other error it gives up. */
const goesOn: readonly string[] = [
  ...['CONNECT_REFUSED', 'CONNECT_TIMEOUT', 'CONNECTION_LOST', 'HOST_UNKNOWN', 'SERVER_NOT_READY', 'SERVER_SILENT'],
];

/**
 * The first of several places where a server of the wanted kind answers, as libpq finds it. One place of which nothing is
 * wanted is not asked. @throws PoolctlError of the one place, or SERVER_NOT_READY where none will do
 */
export async function chooseHost(
  places: readonly [ConnectionTarget, ...ConnectionTarget[]],
  wanted: WantedServer | undefined,
  options: OpenOptions,
): Promise<ConnectionTarget> {
  if (places.length === 1 && wanted === undefined) return places[0];
  const reasons: string[] = [];
  let spare: ConnectionTarget | undefined;
  for (const place of places) {
    try {
      const isWanted = await answersAs(place, wanted, options);
      if (isWanted) return place;
      if (wanted?.startsWith('prefer-')) spare ??= place;
      reasons.push(`${place.address} is not ${wanted}`);
    } catch (error) {
      if (!(error instanceof PoolctlError) || !goesOn.includes(error.code)) throw error;
      if (places.length === 1) throw error;
      reasons.push(`${place.address} does not answer (${error.code})`);
    }
  }
  if (spare) return spare;
  throw failure(
    'SERVER_NOT_READY',
    `No server of the DSN will do: ${reasons.join('; ')}.`,
    'They were tried in turn. target_session_attrs=any takes any that answers.',
  );
}

async function answersAs(
  place: ConnectionTarget,
  wanted: WantedServer | undefined,
  options: OpenOptions,
): Promise<boolean> {
  const { session } = await openServer(place, options);
  try {
    return wanted === undefined || (await isOfKind(session, wanted));
  } finally {
    await session.close();
  }
}

/** As libpq asks since PostgreSQL 14. The session itself is read-only, so its default for others counts. */
async function isOfKind(session: Session, wanted: WantedServer): Promise<boolean> {
  const [row] = await session.rows(
    `SELECT pg_is_in_recovery() AS standby, current_setting('default_transaction_read_only') = 'on' AS readonly`,
  );
  const isStandby = row?.['standby'] === true;
  const isReadOnly = isStandby || row?.['readonly'] === true;
  switch (wanted) {
    case 'read-write':
      return !isReadOnly;
    case 'read-only':
      return isReadOnly;
    case 'primary':
    case 'prefer-primary':
      return !isStandby;
    case 'standby':
    case 'prefer-standby':
      return isStandby;
    default:
      return wanted satisfies never;
  }
}
