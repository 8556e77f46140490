import type { ServerFacts } from '../../engines/facts.ts';
import { numberIn, type Row } from '../../engines/rows.ts';
import type { Session } from '../../engines/session.ts';

/** The facts with the limit of the role that the pooler logs in with, where the control connection has another. */
export async function withRoleOf(user: string, facts: ServerFacts, session: Session): Promise<ServerFacts> {
  if (facts.engine !== 'postgres' || facts.user === user) return facts;
  const role = `'${user.replaceAll("'", "''")}'`;
  const [row] = await session.rows(`SELECT rolconnlimit AS most,
    (SELECT count(*) FROM pg_stat_activity WHERE usename = rolname) AS taken
   FROM pg_roles WHERE rolname = ${role} AND NOT rolsuper AND rolconnlimit >= 0`);
  return row ? { ...facts, limits: { ...facts.limits, caps: [...facts.limits.caps, capOf(user, row)] } } : facts;
}

function capOf(user: string, row: Row) {
  const taken = numberIn(row, 'taken') ?? 0;
  const connections = numberIn(row, 'most') ?? 0;
  return { name: `CONNECTION LIMIT of the role ${user}`, connections, taken, takenByOthers: 0 };
}
