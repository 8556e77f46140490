import { type ErrorCode, PoolctlError } from '../base/errors.ts';
import { formatDuration } from '../base/units.ts';
import type { FrameFault } from './framing/fault.ts';
import type { ConnectionTarget } from './target.ts';

/** What is known of the socket below a driver when something fails. */
export interface Wire {
  /** Whether the TCP (or Unix) connection came about. */
  readonly connected: boolean;
  /** The first bytes of the answer, by which a web server or the other database is recognized. */
  readonly greeting: Buffer | undefined;
  /** What was no message of the protocol, and ended it. */
  readonly fault?: FrameFault | undefined;
}

/** The server's kind by its protocol, before its version is known. */
export const nameOf = { postgres: 'PostgreSQL', mysql: 'MySQL or MariaDB' } as const;

export function failure(code: ErrorCode, message: string, hint: string, cause?: unknown): PoolctlError {
  return new PoolctlError(code, message, { hint, cause });
}

const longestLooked = 10_000;

/** What a driver or a server says, as far as it is looked at: a server may send megabytes. */
export function wordsOf(error: unknown): string {
  return String((error as { message?: unknown }).message ?? '').slice(0, longestLooked);
}

/** No answer within the time allowed. */
export function silence(
  target: ConnectionTarget,
  { connected, greeting, fault }: Wire,
  timeoutMs: number,
): PoolctlError {
  const waited = formatDuration(timeoutMs);
  if (fault) return brokenProtocol(target, greeting, fault);
  if (!connected) {
    return failure(
      'CONNECT_TIMEOUT',
      `No connection to ${target.address} within ${waited}.`,
      'A firewall, a security group or a wrong address drops the packets. A slow path needs --timeout 30s.',
    );
  }
  return (
    otherProtocol(target, greeting) ??
    failure(
      'SERVER_SILENT',
      greeting
        ? `${target.address} fell silent: no answer within ${waited}.`
        : `${target.address} accepted the connection, but did not answer within ${waited}.`,
      `The server hangs, or something in the path swallows packets.${greeting ? '' : doubts[target.protocol]}`,
    )
  );
}

function brokenProtocol(target: ConnectionTarget, greeting: Buffer | undefined, fault: FrameFault): PoolctlError {
  return (
    otherProtocol(target, greeting) ??
    failure(
      'PROTOCOL_BROKEN',
      `${target.address} does not keep to the protocol of ${nameOf[target.protocol]}: it sent ${fault.message}.`,
      'poolctl has ended the connection. Is it another kind of server, or does a proxy in the path change what is sent?',
      fault,
    )
  );
}

/** What else a server that never answers may be. */
const doubts = {
  postgres: ' Is it a PostgreSQL server?',
  mysql:
    ' A server that waits for the client to speak first is neither MySQL nor MariaDB: is it PostgreSQL (postgres://), or a web server?',
} as const;

/** An error that the first bytes explain: another protocol answers. */
export function otherProtocol(target: ConnectionTarget, greeting: Buffer | undefined): PoolctlError | undefined {
  if (!greeting) return undefined;
  const text = greeting.subarray(0, 64).toString('latin1');
  const mismatch = (what: string, hint: string) =>
    failure('PROTOCOL_MISMATCH', `${target.address} is ${what}, not ${nameOf[target.protocol]}.`, hint);
  if (/^HTTP\//.test(text)) return mismatch('a web server (it answers in HTTP)', 'Check the port.');
  if (/^SSH-/.test(text)) return mismatch('an SSH server', "Check the port; a tunnel's own port is the one to use.");
  // A MySQL greeting: three bytes of length, packet number 0, protocol version 10; or a refusal (255) in its place.
  const isMysql = greeting[3] === 0 && (greeting[4] === 10 || greeting[4] === 255);
  if (target.protocol === 'postgres' && isMysql) return mismatch('MySQL or MariaDB', 'Write mysql:// for it.');
  return undefined;
}

const untrusted: Readonly<Record<string, string>> = {
  SELF_SIGNED_CERT_IN_CHAIN: 'is signed by an authority that is not known here',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'is signed by itself',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'is signed by an authority that is not known here',
  UNABLE_TO_GET_ISSUER_CERT: 'is signed by an authority that is not known here',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'is signed by an authority that is not known here',
  CERT_SIGNATURE_FAILURE: 'has a wrong signature',
  CERT_HAS_EXPIRED: 'has expired',
  CERT_NOT_YET_VALID: 'is not valid yet',
  ERR_TLS_CERT_ALTNAME_INVALID: 'is for another host name',
};

/** Errors of socket, name service and TLS; undefined for anything else. */
export function networkFailure(error: unknown, target: ConnectionTarget, wire: Wire): PoolctlError | undefined {
  const { code, message } = error as { code?: string; message?: string };
  if (wire.fault) return brokenProtocol(target, wire.greeting, wire.fault);
  const { address, host } = target;
  const certificate = untrusted[code ?? ''];
  if (certificate !== undefined) {
    return failure(
      'TLS_UNTRUSTED',
      `The certificate of ${address} ${certificate} (${code}).`,
      certificate.includes('authority') || certificate.includes('itself')
        ? "Give the authority's certificate: --ca FILE, or sslrootcert=FILE in the DSN."
        : 'sslmode=verify-ca leaves the host name out, sslmode=require checks nothing.',
      error,
    );
  }
  switch (code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return failure(
        'HOST_UNKNOWN',
        `The host ${host} has no address (${code}).`,
        'Is it misspelt, or only known inside another network (a container, a VPN)?',
        error,
      );
    case 'ECONNREFUSED':
      return failure(
        'CONNECT_REFUSED',
        `Nothing listens on ${address} (connection refused).`,
        'Is the server up, and are host and port right? In a container, 127.0.0.1 is the container itself.',
        error,
      );
    case 'ENOENT':
    case 'EACCES':
    case 'ENOTSOCK':
      return failure(
        'CONNECT_REFUSED',
        `The socket ${address} cannot be opened (${code}).`,
        'Is the server up, and may this user open its socket?',
        error,
      );
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return failure(
        wire.connected ? 'CONNECTION_LOST' : 'CONNECT_TIMEOUT',
        `${address} cannot be reached (${code}).`,
        'A firewall, a security group or a wrong address is in the way.',
        error,
      );
    case 'ECONNRESET':
    case 'EPIPE':
    case 'PROTOCOL_CONNECTION_LOST':
      return lost(target, wire, error);
    default:
      return /^(?:ERR_SSL|ERR_TLS|EPROTO)/.test(code ?? '')
        ? failure('TLS_UNSUPPORTED', `No TLS with ${address} (${code ?? message}).`, tlsHint, error)
        : undefined;
  }
}

export const tlsHint =
  'sslmode=prefer goes on without TLS where the server has none; sslmode=disable does not even ask.';

export function lost(target: ConnectionTarget, { greeting }: Wire, cause?: unknown): PoolctlError {
  return (
    otherProtocol(target, greeting) ??
    failure(
      'CONNECTION_LOST',
      `${target.address} closed the connection.`,
      'The server was stopped or ended the session, or a proxy or firewall in the path did. Its log says more.',
      cause,
    )
  );
}
