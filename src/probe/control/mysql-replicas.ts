import type { ServerFacts } from '../../engines/facts.ts';
import { allowed } from '../../engines/mysql/answers.ts';
import type { MysqlSession } from '../../engines/mysql/connect.ts';
import { numberIn, textIn } from '../../engines/rows.ts';
import type { ReplicaSight } from './replicas.ts';

/** A primary of MySQL or MariaDB is not told how far its replicas are behind: only they know. */
export async function mysqlReplicas(session: MysqlSession, facts: ServerFacts): Promise<ReplicaSight> {
  const status = (await allowed(session, 'SHOW REPLICA STATUS')) ?? (await allowed(session, 'SHOW SLAVE STATUS'));
  const [own] = await session.rows(`SELECT CURRENT_USER() AS account, @@log_bin AS log_bin,
    (SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE COMMAND LIKE 'Binlog Dump%') AS replicas`);
  const account = (textIn(own, 'account') ?? facts.user).replace(/^(.*)@(.*)$/, "'$1'@'$2'");
  if (status && status.length > 0) {
    const isKnown = status.every(
      (row) => (numberIn(row, 'Seconds_Behind_Source') ?? numberIn(row, 'Seconds_Behind_Master')) !== undefined,
    );
    return isKnown
      ? { kind: 'seen', what: 'how far this replica is behind its source' }
      : {
          kind: 'blind',
          why: 'this server is a replica whose replication does not run',
          remedy: 'Start its replication.',
        };
  }
  if (status === undefined && facts.replica) {
    const privilege = session.isMariadb ? 'SLAVE MONITOR' : 'REPLICATION CLIENT';
    return {
      kind: 'blind',
      why: 'this user may not see how far this replica is behind',
      remedy: `GRANT ${privilege} ON *.* TO ${account}`,
    };
  }
  if (numberIn(own, 'log_bin') === 0) return { kind: 'none', why: 'its binary log is off, so no replica follows it' };
  // Whoever sees all sessions lacks nothing.
  if (facts.unseen.length > 0) {
    return {
      kind: 'blind',
      why: 'this user may not see whether replicas follow',
      remedy: `GRANT PROCESS ON *.* TO ${account}`,
    };
  }
  const replicas = numberIn(own, 'replicas') ?? 0;
  if (replicas === 0) return { kind: 'none', why: 'no replica follows it' };
  return {
    kind: 'blind',
    why: `replicas follow (${replicas}), and this kind of server is not told how far they are behind`,
    remedy: 'Watch the replicas themselves, and probe without --max-replication-lag.',
  };
}
