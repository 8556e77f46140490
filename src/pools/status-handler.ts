import { requestRefusal, type StatusRequest } from './request-refusal.ts';
import { checkLocale, type PoolLocale, type PoolStatus } from './status.ts';

/** Where the handler is usually mounted. */
export const poolStatusPath = '/api/external-db-connections/pool-status';

/** What the handler needs of a response. */
export interface StatusResponse {
  writeHead(code: number, headers: Record<string, string | number>): unknown;
  end(text?: string): unknown;
}

/** What the handler asks; a PoolManager is one. */
export interface StatusSource {
  /** @throws PoolClosedError after it was closed */
  status(locale?: PoolLocale): PoolStatus;
}

export interface PoolStatusHandlerOptions {
  /** Who asks must send it as `Authorization: Bearer TOKEN`. */
  readonly token?: string;
  /** Of the message: `en`. */
  readonly locale?: PoolLocale;
}

/**
 * Answers GET and HEAD with the status of the pools as JSON, from what the manager knows: no database is asked. It mounts in
 * node:http and Express as it is, in Fastify with `request.raw` and `reply.raw`, in NestJS as a middleware or with @Req, @Res.
 *
 * Codes: 200; 401 without the token; 405 for other methods; 503 when the manager is closed.
 *
 * @throws RangeError for an empty token
 */
export function poolStatusHandler(
  manager: StatusSource,
  { token, locale = 'en' }: PoolStatusHandlerOptions = {},
): (request: StatusRequest, response: StatusResponse) => void {
  checkLocale(locale);
  if (token === '')
    throw new RangeError('The token of the pool status is empty. Give one, or leave it out to answer everybody.');
  return (request, response) => {
    const answer = (code: number, body: object, headers = {}) => {
      const text = JSON.stringify(body);
      response.writeHead(code, { ...common, 'Content-Length': Buffer.byteLength(text), ...headers });
      response.end(request.method === 'HEAD' ? undefined : text);
    };
    const refuse = (code: number, message: string, headers = {}) =>
      answer(code, { success: false, data: null, message }, headers);
    request.resume(); // What came with the request is of no interest.

    const refusal = requestRefusal(request, token);
    if (refusal) return refuse(refusal.code, refusal.message, refusal.headers);
    let status: PoolStatus;
    try {
      status = manager.status(locale);
    } catch (error) {
      return refuse(503, error instanceof Error ? error.message : 'The status of the pools cannot be read.');
    }
    answer(200, status);
  };
}

const common = { 'Content-Type': 'application/json; charset=utf-8', 'Cache-Control': 'no-store' };
