import { networkInterfaces } from 'node:os';

/** Where a server is, as a DSN says it. */
export interface ServerAddress {
  readonly host: string;
  readonly socketPath?: string | undefined;
}

/** Whether a host name or address never leaves this machine; `localhost-db.corp.example` does not count. */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, '').replace(/^::ffff:/i, '');
  return (
    /^(?:::1|::|0\.0\.0\.0)$/.test(bare) || /^(?:.*\.)?localhost\.?$/i.test(bare) || /^127(?:\.\d{1,3}){3}$/.test(bare)
  );
}

/**
 * Whether a server runs on this machine: reached by a Unix socket, a loopback address or one of the machine's own. It then
 * shares the processors with its client, and what passes between the two is on no network.
 */
export function isThisMachine({ host, socketPath }: ServerAddress): boolean {
  if (socketPath !== undefined || isLoopback(host)) return true;
  const bare = host.replace(/^\[|\]$/g, '').toLowerCase();
  return Object.values(networkInterfaces()).some((addresses) => addresses?.some(({ address }) => address === bare));
}
