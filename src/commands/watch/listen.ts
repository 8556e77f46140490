import { PoolctlError } from '../../base/errors.ts';
import type { Io } from '../../base/io.ts';
import type { Warning } from '../../base/warning.ts';
import type { ReadOption } from '../../cli/options.ts';
import { listenSettings } from '../../serve/listen.ts';
import type { WatchSource } from '../../serve/options.ts';
import { serveWatch, type WatchServer } from '../../serve/serve.ts';
import { listenFlags, watchFlags } from './flags.ts';

/** The endpoint that was asked for; nothing listens yet. */
export interface AskedEndpoint {
  readonly warnings: readonly Warning[];
  /** @throws PoolctlError LISTEN_FAILED */
  open(watching: WatchSource): Promise<WatchServer>;
}

/** What --listen and its companions ask for. @throws PoolctlError */
export function readListen(read: ReadOption, io: Io): AskedEndpoint | undefined {
  const listen = read(listenFlags.listen)?.value;
  const listenTokenEnv = read(listenFlags['listen-token-env'])?.value;
  const listenInsecure = read(listenFlags['listen-insecure']);
  if (listen === undefined) {
    if (listenTokenEnv === undefined && !listenInsecure) return undefined;
    throw new PoolctlError('INPUT_MISSING', 'There is a flag for the endpoint, and no --listen that opens it.', {
      hint: 'Add --listen 127.0.0.1:9187.',
    });
  }
  if (read(watchFlags.once)) {
    throw new PoolctlError('INPUT_CONTRADICTION', '--once and --listen cannot both be given.', {
      hint: 'After one look there is nothing more to serve. Leave one of them out.',
    });
  }
  const { warnings, ...settings } = listenSettings({ listen, listenTokenEnv, listenInsecure }, io.env);
  const top = read(watchFlags.top).value;
  return {
    warnings,
    async open(watching) {
      const server = await serveWatch(watching, { ...settings, top });
      io.stderr.write(`Serving ${server.url}/ (a page), /metrics, /healthz and the status of pools.\n`);
      return server;
    },
  };
}
