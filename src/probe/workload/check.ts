import type { EngineId } from '../../base/engine.ts';
import { PoolctlError } from '../../base/errors.ts';
import type { Session } from '../../engines/session.ts';
import { createDraw, type PreparedStatement } from './draw.ts';
import type { ProbeWorkload, Script } from './model.ts';
import { fillPlaceholders } from './parameters.ts';
import { tokenMeaning, tokensOf } from './tokens.ts';
import { effectOf } from './writes.ts';

/** What EXPLAIN takes, on all servers. */
const explainable = /^(?:SELECT|WITH|VALUES|TABLE|INSERT|UPDATE|DELETE|REPLACE|\()$/;
/** A later statement may need what one of these has made. */
const makesObjects = /^(?:CREATE|ALTER|DROP|RENAME)$/;

/**
 * Lets the server plan each statement, with values as they will be drawn, and run none: names, types and privileges are
 * right before there is load. Not for a workload with a set-up, whose tables are not there yet.
 * @throws PoolctlError QUERY_FAILED, PRIVILEGE_MISSING and those of the connection
 */
export async function checkOnServer(session: Session, engine: EngineId, workload: ProbeWorkload): Promise<void> {
  if (workload.setup !== undefined) return;
  for (const [index, script] of workload.scripts.entries()) {
    const place = workload.scripts.length === 1 ? workload.name : `script ${index + 1} of ${workload.name}`;
    await checkScript(session, engine, workload, script, place);
  }
}

async function checkScript(
  session: Session,
  engine: EngineId,
  workload: ProbeWorkload,
  script: Script,
  place: string,
): Promise<void> {
  const verbs = script.statements.map(({ text }) => verbOf(text, engine));
  if (verbs.some((verb) => makesObjects.test(verb))) return;
  const { statements } = createDraw({ ...workload, scripts: [{ ...script, isTransaction: false }] }, 1).next();
  for (const [index, statement] of statements.entries()) {
    if (!explainable.test(verbs[index] ?? '')) continue;
    try {
      await explainStatement(session, engine, statement);
    } catch (error) {
      throw refusal(error, statements.length === 1 ? place : `statement ${index + 1} of ${place}`, session);
    }
  }
}

function verbOf(text: string, engine: EngineId): string {
  return tokenMeaning(tokensOf(text, engine, 'the statement'))[0]?.text.toUpperCase() ?? '';
}

/** Has the server plan a statement. @throws PoolctlError as the engine maps what the server answers */
export async function explainStatement(
  session: Session,
  engine: EngineId,
  { statement, values }: PreparedStatement,
): Promise<void> {
  const question = `EXPLAIN ${fillPlaceholders(statement.text, engine, values)}`;
  // MySQL's read-only sessions refuse even to explain or to prepare what writes (error 1792, tried on 9.7 and MariaDB 10.11).
  const writes = engine !== 'postgres' && effectOf(statement.text, engine, 'the statement') !== undefined;
  // A planner runs functions that are declared to depend on nothing else, and they may do what they like to the session.
  await session.rows(`START TRANSACTION READ ${writes ? 'WRITE' : 'ONLY'}`);
  try {
    await session.rows(question);
  } finally {
    await session.rows('ROLLBACK').catch(() => {});
  }
}

/** The same error about the user's statement: the engine's message is about one of poolctl's own. */
function refusal(error: unknown, place: string, { target }: Session): unknown {
  if (!(error instanceof PoolctlError)) return error;
  const said = (error.cause instanceof Error ? error.cause.message : error.message).replace(/\.$/, '');
  switch (error.code) {
    case 'QUERY_FAILED':
      return new PoolctlError('QUERY_FAILED', `${target.address} refuses ${place}: ${said}.`, {
        hint: 'Nothing was run. Correct the SQL, or the database, schema or user in the DSN.',
        cause: error,
      });
    case 'PRIVILEGE_MISSING':
      return new PoolctlError('PRIVILEGE_MISSING', `"${target.user}" may not run ${place}: ${said}.`, {
        hint: 'GRANT what the statement needs TO the user, or probe as the user of the application.',
        cause: error,
      });
    default:
      return error;
  }
}
