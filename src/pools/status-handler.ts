import { createHash, timingSafeEqual } from 'node:crypto';
import { checkLocale, type PoolLocale, type PoolStatus } from './status.ts';

/** Where the handler is usually mounted. */
export const poolStatusPath = '/api/external-db-connections/pool-status';

/** What the handler needs of a request; those of node:http and Express have it. */
export interface StatusRequest {
  readonly method?: string | undefined;
  readonly headers: { readonly authorization?: string | undefined };
  resume(): unknown;
}

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

    if (request.method !== 'GET' && request.method !== 'HEAD')
      return refuse(405, 'Only GET and HEAD are answered here.', { Allow: 'GET, HEAD' });
    if (token !== undefined && !isSame(request.headers.authorization ?? '', `Bearer ${token}`))
      return refuse(401, 'The bearer token is missing or wrong.', { 'WWW-Authenticate': 'Bearer' });
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

/** In the same time for every wrong text. */
function isSame(one: string, other: string): boolean {
  const [a, b] = [one, other].map((text) => createHash('sha256').update(text).digest());
  return a !== undefined && b !== undefined && timingSafeEqual(a, b);
}
