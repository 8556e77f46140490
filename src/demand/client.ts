import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { PoolctlError } from '../base/errors.ts';
import { type PrometheusAnswer, prometheusAnswer } from '../recommend/inputs/prometheus-answer.ts';
import { refusalOf, unreachable } from './client-failure.ts';
import type { DemandOptions } from './demand.ts';
import type { PrometheusSource } from './source.ts';

/** Asks one Prometheus. Every call is one request; its errors are PoolctlErrors of one sentence. */
export interface PrometheusClient {
  /** The values at one moment, seconds since 1970. */
  at(query: string, seconds: number): Promise<PrometheusAnswer>;
  /** The values from one moment to another, each `step` seconds. */
  between(
    query: string,
    range: { readonly from: number; readonly to: number; readonly step: number },
  ): Promise<PrometheusAnswer>;
  /** What Prometheus was told that a metric is: counter, gauge, histogram; undefined where nobody told. */
  typeOf(metric: string): Promise<string | undefined>;
}

const defaultTimeoutMs = 30_000;
/** Of one answer. A service of 500 instances has 1 MB. */
const mostBytes = 50 * 2 ** 20;

interface Reply {
  readonly status: number;
  readonly contentType: string;
  readonly location: string | undefined;
  readonly body: string;
}

export function prometheusClient(
  source: PrometheusSource,
  { env, signal, timeoutMs = defaultTimeoutMs }: Pick<DemandOptions, 'env' | 'signal' | 'timeoutMs'>,
): PrometheusClient {
  const headers = authHeaders(source, env);
  const ask = async (call: string, form: Readonly<Record<string, string>> | undefined): Promise<unknown> => {
    const reply = await send(source, { call, form, headers, timeoutMs, signal });
    return documentIn(reply, source);
  };
  // A little less than ours, so that it is Prometheus that says what took so long.
  const timeout = `${Math.max(1, Math.floor((0.9 * timeoutMs) / 1_000))}s`;
  const answer = async (call: string, form: Readonly<Record<string, string>>) =>
    prometheusAnswer(await ask(call, { ...form, timeout }), source.name);
  return {
    at: (query, seconds) => answer('query', { query, time: String(seconds) }),
    between: (query, { from, to, step }) =>
      answer('query_range', { query, start: String(from), end: String(to), step: String(step) }),
    typeOf: async (metric) => {
      const document = (await ask(`metadata?metric=${encodeURIComponent(metric)}&limit=1`, undefined)) as {
        data?: Record<string, { type?: unknown }[] | undefined>;
      };
      const type = document.data?.[metric]?.[0]?.type;
      return typeof type === 'string' && type !== 'unknown' ? type : undefined;
    },
  };
}

/** @throws PoolctlError SECRET_UNAVAILABLE for a variable that is not set */
function authHeaders({ auth }: PrometheusSource, env: DemandOptions['env']): Record<string, string> {
  const secret = (name: string): string => {
    const value = env[name];
    if (value === undefined || value === '') {
      throw new PoolctlError(
        'SECRET_UNAVAILABLE',
        `The variable ${name}, which the URL of Prometheus names, is not set.`,
        {
          hint: `Set ${name}, or name another variable.`,
        },
      );
    }
    if (/^[\x20-\x7e]+$/.test(value)) return value;
    throw new PoolctlError('SECRET_UNAVAILABLE', `The text in ${name} has characters that no HTTP header takes.`, {
      hint: 'Is there a line end in it?',
    });
  };
  if (auth.tokenEnv !== undefined) return { authorization: `Bearer ${secret(auth.tokenEnv)}` };
  if (auth.userEnv === undefined && auth.passwordEnv === undefined) return {};
  const login = `${auth.userEnv === undefined ? '' : secret(auth.userEnv)}:${auth.passwordEnv === undefined ? '' : secret(auth.passwordEnv)}`;
  return { authorization: `Basic ${Buffer.from(login).toString('base64')}` };
}

interface Request {
  readonly call: string;
  /** Sent as a form; without one it is a GET. */
  readonly form: Readonly<Record<string, string>> | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

function send(source: PrometheusSource, { call, form, headers, timeoutMs, signal }: Request): Promise<Reply> {
  const { isTls, host, port, path } = source;
  const body = form && new URLSearchParams(form).toString();
  const limit = AbortSignal.timeout(timeoutMs);
  const options = {
    ...{ host, port, path: `${path}/api/v1/${call}`, method: form ? 'POST' : 'GET', agent: false as const },
    signal: signal ? AbortSignal.any([limit, signal]) : limit,
    headers: {
      ...headers,
      accept: 'application/json',
      'user-agent': 'poolctl',
      ...(body !== undefined && {
        'content-type': 'application/x-www-form-urlencoded',
        'content-length': String(Buffer.byteLength(body)),
      }),
    },
  };
  return new Promise((resolve, reject) => {
    let isConnected = false;
    const fail = (error: unknown) =>
      reject(
        unreachable(error, source, {
          isConnected,
          isOver: limit.aborted,
          isStopped: signal?.aborted ?? false,
          timeoutMs,
        }),
      );
    const sent = (isTls ? requestHttps : requestHttp)(options, (response) => {
      isConnected = true;
      readReply(response, source).then(resolve, fail);
    });
    sent.on('socket', (socket) => socket.once(isTls ? 'secureConnect' : 'connect', () => (isConnected = true)));
    sent.on('error', fail);
    sent.end(body);
  });
}

async function readReply(response: IncomingMessage, { name }: PrometheusSource): Promise<Reply> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > mostBytes) {
      response.destroy();
      throw new PoolctlError('PROTOCOL_BROKEN', `${name} answers with more than ${mostBytes / 2 ** 20} MiB.`, {
        hint: 'Name fewer series: ?service=NAME, &pool=NAME or another label.',
      });
    }
    chunks.push(chunk);
  }
  return {
    status: response.statusCode ?? 0,
    contentType: response.headers['content-type'] ?? '',
    location: response.headers.location,
    body: Buffer.concat(chunks).toString('utf8'),
  };
}

function documentIn(reply: Reply, source: PrometheusSource): unknown {
  let document: unknown;
  try {
    document = JSON.parse(reply.body);
  } catch {
    document = undefined;
  }
  if (reply.status === 200 && typeof document === 'object' && document !== null) return document;
  throw refusalOf(reply, document, source);
}
