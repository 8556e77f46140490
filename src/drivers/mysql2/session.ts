import type mysql from 'mysql2';
import { failure } from '../../engines/failure.ts';
import type { LoadTarget } from '../driver.ts';
import { waitedInPooler } from '../failure.ts';
import type { LoadLine } from '../line.ts';
import { commentOf } from '../tag.ts';
import { traitsOf } from '../traits.ts';
import { sessionSql } from './settings.ts';

/** Gives a session its limits. The first one of a target asks for the version, which decides their names. */
export function setUpSession(
  connection: mysql.Connection,
  to: LoadTarget,
  line: LoadLine,
  done: (error: Error | undefined) => void,
): void {
  const traits = traitsOf(to.target);
  line.mark('login');
  // A pooler lets in clients for which it has no connection to the server: the first statement waits for one.
  if (to.safety.isPooled) {
    connection.query(`${commentOf(to.safety.tag)}DO 1`, (error: Error | null) => {
      if (!error) line.mark('setup');
      done(error ? (waitedInPooler(line) ?? error) : undefined);
    });
    return;
  }
  const comment = to.safety.isTagged ? commentOf(to.safety.tag) : '';
  const limit = (version: string) =>
    connection.query(`${comment}${sessionSql(to.safety, version)}`, (error: Error | null) => {
      if (!error) line.mark('setup');
      done(error ?? undefined);
    });
  if (traits.version !== undefined) {
    limit(traits.version);
    return;
  }
  const sql = `${comment}SELECT VERSION() AS version, CONNECTION_ID() AS id`;
  connection.query(sql, (error: Error | null, rows: mysql.RowDataPacket[]) => {
    const [row] = rows ?? [];
    if (error) return done(error);
    if (Number(row?.['id']) !== line.processId) return done(throughProxy(to));
    traits.version = String(row?.['version']);
    limit(traits.version);
  });
}

function throughProxy({ target }: LoadTarget): Error {
  return failure(
    'PROTOCOL_MISMATCH',
    `A proxy answers at ${target.address}: limits that are set there would stay on sessions of other clients.`,
    'Name the server itself, past the proxy.',
  );
}
