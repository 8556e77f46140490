import { defaultPorts } from '../base/engine.ts';
import { PoolctlError } from '../base/errors.ts';
import { withoutUndefined } from '../base/without-undefined.ts';
import type { DsnHost } from './dsn/hosts.ts';
import type { Dsn } from './dsn/meaning.ts';
import { parseDsn } from './dsn.ts';
import { ConnectionTarget, type TlsMode } from './target.ts';

/** What is read from files, and what more it takes than one place. */
export interface TargetMore {
  readonly place?: DsnHost;
  readonly user?: string;
  readonly password?: string;
  readonly tlsMode?: TlsMode;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly crl?: string;
}

/** The server of a DSN that is understood; `more` wins over it. */
export function targetOfDsn(dsn: Dsn, more: TargetMore = {}): ConnectionTarget {
  const { protocol, leastTls, mostTls, keyPassword, isTlsDirect } = dsn;
  const { host, hostAddress, port, socketPath } = more.place ?? dsn;
  const { ca, cert, key, crl } = more;
  return new ConnectionTarget({
    protocol,
    host: host ?? hostAddress ?? 'localhost',
    port: port ?? defaultPorts[protocol],
    user: more.user ?? dsn.user ?? (protocol === 'postgres' ? 'postgres' : 'root'),
    ...withoutUndefined({ hostAddress, socketPath, password: more.password ?? dsn.password, database: dsn.database }),
    tls: {
      mode: more.tlsMode ?? dsn.tlsMode ?? 'prefer',
      ...withoutUndefined({ ca, cert, key, crl, minVersion: leastTls, maxVersion: mostTls, isDirect: isTlsDirect }),
      ...withoutUndefined({ passphrase: keyPassword }),
    },
    settings: withoutUndefined({
      options: dsn.options,
      searchPath: dsn.searchPath,
      channelBinding: dsn.channelBinding,
      requireAuth: dsn.requireAuth,
      connectTimeoutMs: dsn.connectTimeoutMs,
    }),
  });
}

/**
 * The server of a DSN, `postgres://…` or `mysql://…`; a ConnectionTarget as it is. Files, services and the environment are
 * the caller's to read, into a ConnectionTarget: a DSN that needs them is refused. @throws PoolctlError DSN_INVALID
 */
export function connectionTarget(server: string | ConnectionTarget): ConnectionTarget {
  if (typeof server !== 'string') return server;
  const dsn = parseDsn(server, 'the DSN');
  const needs = [
    [dsn.caFile ?? dsn.certFile ?? dsn.keyFile ?? dsn.crlFile ?? dsn.passwordFile, 'names files'],
    [dsn.service, 'names a service'],
    [dsn.others ?? dsn.wantedServer, 'lets several servers be tried'],
  ] as const;
  const found = needs.find(([need]) => need !== undefined);
  if (!found) return targetOfDsn(dsn);
  throw new PoolctlError(
    'DSN_INVALID',
    `the DSN ${found[1]}, and a function of the library reads none and tries none.`,
    {
      hint: 'Give a ConnectionTarget: one host, and the contents of the files.',
    },
  );
}
