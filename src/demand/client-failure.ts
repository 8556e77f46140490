import { type ErrorCode, PoolctlError } from '../base/errors.ts';
import { redact } from '../base/redact.ts';
import { formatDuration } from '../base/units.ts';
import type { PrometheusSource } from './source.ts';

interface Refused {
  readonly status: number;
  readonly contentType: string;
  readonly location: string | undefined;
}

/** An answer of HTTP that is none of the API as one error: what Prometheus said, and what to change. */
export function refusalOf(
  { status, contentType, location }: Refused,
  document: unknown,
  source: PrometheusSource,
): PoolctlError {
  const { name, auth } = source;
  const said = saidIn(document);
  const error = (code: ErrorCode, message: string, hint: string) => new PoolctlError(code, message, { hint });
  if (status === 401) {
    const isGiven = auth.tokenEnv !== undefined || auth.userEnv !== undefined;
    return error(
      'AUTH_FAILED',
      `${name} wants a login${isGiven ? ', and refused the one that was given' : ''} (HTTP 401).`,
      isGiven
        ? `Is the right secret in ${auth.tokenEnv ?? `${auth.userEnv} and ${auth.passwordEnv}`}?`
        : 'Name the variables that have it: &tokenEnv=NAME for a bearer token, or &userEnv=NAME&passwordEnv=NAME.',
    );
  }
  if (status === 403) {
    return error('PRIVILEGE_MISSING', `${name} lets this login not ask (HTTP 403).`, 'Ask for a token that may query.');
  }
  if (said !== undefined) return ofPrometheus(status, said, name);
  if (status >= 300 && status < 400) {
    return error(
      'PROTOCOL_MISMATCH',
      `${name} sends us on to ${redact(location ?? 'another place')} (HTTP ${status}).`,
      'Give the address of the API itself, with the path in front of /api/v1: prometheus+https://HOST/PATH.',
    );
  }
  if (status === 404) {
    return error(
      'PROTOCOL_MISMATCH',
      `${name} has no /api/v1/query (HTTP 404).`,
      'Is the path right? Behind a proxy it may be prometheus://HOST:PORT/prometheus.',
    );
  }
  const what = /html/i.test(contentType)
    ? 'a web page'
    : contentType === ''
      ? 'something'
      : contentType.split(';', 1)[0];
  if (status === 200) {
    return error(
      'PROTOCOL_MISMATCH',
      `${name} answers with ${redact(what ?? 'something')}, and not as Prometheus does.`,
      'Is that the address of Prometheus itself, and not of its web page, Grafana or a login page?',
    );
  }
  return error(
    status >= 500 ? 'SERVER_NOT_READY' : 'QUERY_FAILED',
    `${name} answers with HTTP ${status}.`,
    status >= 500
      ? 'Is Prometheus up? A proxy in front may say so.'
      : 'Does the address lead to the API of Prometheus?',
  );
}

interface Said {
  readonly type: string;
  readonly text: string;
}

/** What the API itself says of a query: 400, 422 and 503 have a JSON body. */
function saidIn(document: unknown): Said | undefined {
  if (typeof document !== 'object' || document === null) return undefined;
  const { status, errorType, error } = document as Record<string, unknown>;
  if (status !== 'error') return undefined;
  return { type: typeof errorType === 'string' ? errorType : 'error', text: typeof error === 'string' ? error : '' };
}

function ofPrometheus(status: number, { type, text }: Said, name: string): PoolctlError {
  const said = `${name} refused a query (HTTP ${status}, ${type}): ${redact(text).slice(0, 300)}`;
  const isLong = type === 'timeout' || type === 'canceled';
  const isMuch = /too many samples|maximum resolution|limit/i.test(text);
  const hint = isLong
    ? 'Look at less history: &peak=1d, or &peak=0 for none; or name fewer series.'
    : isMuch
      ? 'Name fewer series (&service=, &pool=) or look at less history (&peak=1d).'
      : 'poolctl wrote that query: is there something unusual about the labels?';
  return new PoolctlError(isLong ? 'SERVER_TIMEOUT' : 'QUERY_FAILED', said, { hint });
}

interface Moment {
  readonly isConnected: boolean;
  /** Its time was up. */
  readonly isOver: boolean;
  /** The user stopped it. */
  readonly isStopped: boolean;
  readonly timeoutMs: number;
}

/** An error of socket, name service or TLS; errors that have a name already fly on. */
export function unreachable(error: unknown, { name, host, isTls }: PrometheusSource, moment: Moment): unknown {
  if (error instanceof PoolctlError) return error;
  const { code = '', message } = error as { code?: string; message?: string };
  const failure = (named: ErrorCode, text: string, hint: string) =>
    new PoolctlError(named, text, { hint, cause: error });
  if (moment.isStopped) return failure('CONNECTION_LOST', `Asking ${name} was stopped.`, 'Run it again.');
  if (moment.isOver) {
    const limit = formatDuration(moment.timeoutMs);
    return moment.isConnected
      ? failure(
          'SERVER_SILENT',
          `${name} gave no answer within ${limit}.`,
          'Look at less history: &peak=1d, or &peak=0 for none.',
        )
      : failure(
          'CONNECT_TIMEOUT',
          `${name} cannot be reached within ${limit}.`,
          'A firewall, a security group or a wrong address is in the way.',
        );
  }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return failure(
      'HOST_UNKNOWN',
      `The host ${host} has no address (${code}).`,
      'Is it misspelt, or only known inside another network (a container, a VPN)?',
    );
  }
  if (code === 'ECONNREFUSED') {
    return failure(
      'CONNECT_REFUSED',
      `Nothing listens at ${name} (connection refused).`,
      'Is Prometheus up, and are host and port right? In a container, 127.0.0.1 is the container itself.',
    );
  }
  if (/^(?:CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|ERR_TLS_CERT)/.test(code)) {
    return failure(
      'TLS_UNTRUSTED',
      `The certificate of ${name} is not trusted (${code}).`,
      'Set NODE_EXTRA_CA_CERTS to a file with the certificate of its authority.',
    );
  }
  if (/^(?:ERR_SSL|ERR_TLS|EPROTO)/.test(code)) {
    return failure('TLS_UNSUPPORTED', `No TLS with ${name} (${code}).`, 'prometheus:// asks without TLS.');
  }
  if (/^HPE_/.test(code)) {
    return failure(
      'PROTOCOL_MISMATCH',
      `What answers at ${name} does not speak HTTP (${code}).`,
      isTls ? 'Is it the port of Prometheus?' : 'Is it the port of Prometheus? With TLS write prometheus+https://.',
    );
  }
  return failure(
    'CONNECTION_LOST',
    `${name} closed the connection (${code || message}).`,
    'Prometheus was stopped, or a proxy in the path ended the connection.',
  );
}
