import type { Server } from './server.ts';
import type { OpenOptions } from './session.ts';
import type { ConnectionTarget } from './target.ts';

/** Logs in. The driver of the other protocol is not loaded. Close the session in the end. */
export async function openServer(target: ConnectionTarget, options: OpenOptions): Promise<Server> {
  switch (target.protocol) {
    case 'postgres':
      return (await import('./postgres/server.ts')).openPostgres(target, options);
    case 'mysql':
      return (await import('./mysql/server.ts')).openMysql(target, options);
    default:
      return target.protocol satisfies never;
  }
}
