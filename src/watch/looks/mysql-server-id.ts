import { numberOf } from '../../engines/mysql/answers.ts';
import type { Said } from '../../engines/mysql/said.ts';
import { numberIn, textIn } from '../../engines/rows.ts';

/**
 * What identifies the running server on one connection: its id, and the second in which it started. Uptime is the second of
 * the question less that of the start, so that the start is exact; it moves with the server's clock alone, and while the
 * uptime goes on it is not asked again.
 */
export function serverIds(): (said: Said) => string {
  let last: { readonly server: string; readonly uptimeSeconds: number; readonly id: string } | undefined;
  return (said) => {
    const server = serverIn(said);
    const uptimeSeconds = numberOf(said.status.get('Uptime')) ?? 0;
    const isSame = last?.server === server && last.uptimeSeconds <= uptimeSeconds;
    const startedAt = Math.floor((numberIn(said.own, 'at_ms') ?? 0) / 1_000) - uptimeSeconds;
    last = { server, uptimeSeconds, id: isSame && last ? last.id : `${server}/${startedAt}` };
    return last.id;
  };
}

/** MariaDB has a server_uid from 10.10 on; before that host, port and server_id must do. */
function serverIn({ own, variables }: Said): string {
  const unique = ['aurora_server_id', 'server_uuid', 'server_uid'].map((name) => variables.get(name)).find(Boolean);
  return unique ?? ['server_host', 'server_port', 'server_id'].map((name) => textIn(own, name) ?? '?').join(':');
}
