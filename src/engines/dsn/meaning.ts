import { PoolctlError } from '../../base/errors.ts';
import { withoutUndefined } from '../../base/without-undefined.ts';
import type { Protocol, TlsMode, TlsVersion } from '../target.ts';
import { type DsnHost, hostsOf } from './hosts.ts';
import { type DsnLayer, mergedLayers } from './layer.ts';
import type { Setting } from './parameter.ts';
import type { DsnText } from './text.ts';
import { tlsModeOf, tlsVersionsIn, tlsWishes } from './tls.ts';
import { type WantedServer, wantedInJava, wantedServers } from './wanted.ts';

/** What a DSN means, with a service and the environment where they were asked; the rest is for defaults. */
export interface Dsn extends DsnHost {
  readonly protocol: Protocol;
  /** More places, to be tried when the first is not to be had. */
  readonly others?: readonly DsnHost[];
  readonly isAnyOrder?: true;
  /** Its name, where poolctl has not read it. */
  readonly service?: string;
  readonly wantedServer?: WantedServer;
  readonly user?: string;
  readonly password?: string;
  readonly passwordFile?: string;
  readonly database?: string;
  readonly options?: string;
  /** A value of search_path. */
  readonly searchPath?: string;
  readonly connectTimeoutMs?: number;
  readonly channelBinding?: 'prefer' | 'require';
  /** Methods of a login, as libpq's require_auth lists them. */
  readonly requireAuth?: string;
  readonly tlsMode?: TlsMode;
  readonly isTlsDirect?: true;
  readonly caFile?: string;
  /** The authorities that Node.js knows, and no others. */
  readonly isCaOfSystem?: true;
  readonly certFile?: string;
  readonly keyFile?: string;
  readonly keyPassword?: string;
  readonly crlFile?: string;
  readonly leastTls?: TlsVersion;
  readonly mostTls?: TlsVersion;
  /** Names of parameters that poolctl has no use for. */
  readonly unused?: readonly string[];
}

/** What a text means, with what it leaves out from the layers. @throws PoolctlError DSN_INVALID */
export function dsnMeaning(text: DsnText, layers: readonly DsnLayer[] = []): Dsn {
  const { protocol, source, dialect } = text;
  const invalid = (why: string, hint = 'See `poolctl explain dsn`.') =>
    new PoolctlError('DSN_INVALID', `${source}: ${why}`, { hint });
  const { values, unused } = mergedLayers([text, ...layers.map((layer) => besideTls(text, layer))]);
  const [first, ...others] = hostsOf(protocol, values, invalid);
  // Prisma's sslcert is the authority's, not the client's.
  const isPrisma = values.has('prismaAccept');
  const certificate = values.get('certMode') === 'disable' || isPrisma ? undefined : values.get('cert');
  const ca = values.get('ca') ?? (isPrisma ? values.get('cert') : undefined);
  const isCaOfSystem = ca === 'system' && protocol === 'postgres';
  const tlsMode = tlsModeOf(values, dialect, protocol, invalid);
  if (isCaOfSystem && tlsMode !== undefined && tlsMode !== 'verify-full') {
    throw invalid(
      'sslrootcert=system goes with sslmode=verify-full alone.',
      'Write sslmode=verify-full, or leave it out.',
    );
  }
  if (certificate !== undefined && !values.has('key')) {
    throw invalid(
      'sslcert (ssl-cert) has no sslkey (ssl-key) beside it.',
      'Name the key of the client’s certificate; the authority’s is sslrootcert or ssl-ca, and sslcert for Prisma with sslaccept.',
    );
  }
  if (ca?.startsWith('classpath:')) throw invalid('its certificate is in a file of Java.', 'Name a PEM file: ssl-ca.');
  const isTlsDirect = isDirect(values, invalid);
  if (isTlsDirect && !/^(?:require|verify)/.test(tlsMode ?? (isCaOfSystem ? 'verify-full' : 'prefer'))) {
    throw invalid('sslnegotiation=direct goes with TLS alone.', 'Write sslmode=require, verify-ca or verify-full too.');
  }
  if (values.get('certMode') === 'require') {
    throw invalid(
      'sslcertmode=require cannot be followed: poolctl is not told whether the server asked.',
      'Leave it out.',
    );
  }
  const requireAuth = values.get('requireAuth');
  if (requireAuth !== undefined && !/^(?:!?[a-z0-9-]+)(?:,!?[a-z0-9-]+)*$/.test(requireAuth)) {
    throw invalid('its require_auth is not a list of methods.', 'Write scram-sha-256, or several with commas.');
  }
  const [leastOfList, mostOfList] = values.has('tlsVersions')
    ? tlsVersionsIn(values.get('tlsVersions') ?? '', invalid)
    : [];
  const version = (name: Setting) => (values.has(name) ? tlsVersionsIn(values.get(name) ?? '', invalid)[0] : undefined);
  return {
    protocol,
    ...first,
    ...withoutUndefined({
      others: others.length > 0 ? others : undefined,
      isAnyOrder: isAnyOrder(values, invalid),
      service: values.get('service'),
      wantedServer: wantedServer(values, invalid),
      user: values.get('user'),
      password: values.get('password'),
      passwordFile: values.get('passwordFile'),
      database: values.get('database'),
      options: values.get('options'),
      searchPath: searchPath(values),
      connectTimeoutMs: connectTimeoutMs(values, invalid),
      channelBinding: channelBinding(values, invalid),
      requireAuth,
      tlsMode: isCaOfSystem ? 'verify-full' : tlsMode,
      isTlsDirect,
      caFile: isCaOfSystem ? undefined : ca,
      isCaOfSystem: isCaOfSystem || undefined,
      certFile: certificate,
      keyFile: certificate === undefined && values.has('certMode') ? undefined : values.get('key'),
      keyPassword: values.get('keyPassword'),
      crlFile: values.get('revoked'),
      leastTls: version('leastTls') ?? leastOfList,
      mostTls: version('mostTls') ?? mostOfList,
      unused: unused.length > 0 ? unused : undefined,
    }),
  };
}

/** A layer below a text that says itself whether to encrypt. */
function besideTls(text: DsnText, { values, unused }: DsnLayer): DsnLayer {
  if (!tlsWishes.some((name) => text.values.has(name))) return { values, unused };
  return { values: new Map([...values].filter(([name]) => name !== 'tlsMode' && name !== 'tlsRequired')), unused };
}

type Values = ReadonlyMap<Setting, string>;
type Invalid = (why: string, hint?: string) => Error;

/** Prisma's schema is one name, whatever is in it. */
function searchPath(values: Values): string | undefined {
  const schema = values.get('schema');
  return schema === undefined ? values.get('searchPath') : `"${schema.replaceAll('"', '""')}"`;
}

/** Zero, or less in libpq, means no limit: that of poolctl remains. */
function connectTimeoutMs(values: Values, invalid: Invalid): number | undefined {
  const [text, unitMs] = values.has('connectTimeoutMs')
    ? [values.get('connectTimeoutMs'), 1]
    : [values.get('connectTimeoutSeconds'), 1_000];
  if (text === undefined) return undefined;
  const ms = Number(text) * unitMs;
  if (!Number.isFinite(ms))
    throw invalid('its timeout of the connection is no number.', 'Write connect_timeout=10, in seconds.');
  return ms > 0 ? ms : undefined;
}

function channelBinding(values: Values, invalid: Invalid): 'prefer' | 'require' | undefined {
  const text = values.get('channelBinding')?.toLowerCase();
  if (text === undefined || text === 'disable') return undefined;
  if (text === 'prefer' || text === 'require') return text;
  throw invalid('its channel_binding is not known.', 'Write disable, prefer or require.');
}

function isDirect(values: Values, invalid: Invalid): true | undefined {
  const text = values.get('tlsNegotiation') ?? 'postgres';
  if (text === 'direct' || /^(?:true|1|on)$/i.test(values.get('tlsDirect') ?? '')) return true;
  if (text === 'postgres') return undefined;
  throw invalid('its sslnegotiation is not known.', 'Write postgres or direct.');
}

function isAnyOrder(values: Values, invalid: Invalid): true | undefined {
  const text =
    values.get('hostOrder') ?? values.get('hostOrderJava')?.replace('true', 'random').replace('false', 'disable');
  if (text === undefined || text === 'disable') return undefined;
  if (text === 'random') return true;
  throw invalid('its load_balance_hosts is not known.', 'Write disable or random.');
}

function wantedServer(values: Values, invalid: Invalid): WantedServer | undefined {
  const java = values.get('wantedServerJava');
  const text =
    values.get('wantedServer') ?? (java === undefined ? undefined : (wantedInJava[java.toLowerCase()] ?? java));
  if (text === undefined || text === 'any') return undefined;
  const wanted = wantedServers.find((one) => one === text);
  if (wanted) return wanted;
  throw invalid('the kind of server that it asks for is not known.', `Write one of any, ${wantedServers.join(', ')}.`);
}
