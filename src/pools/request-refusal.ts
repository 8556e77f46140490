import { createHash, timingSafeEqual } from 'node:crypto';

/** What the handler needs of a request; those of node:http and Express have it. */
export interface StatusRequest {
  readonly method?: string | undefined;
  readonly headers: { readonly authorization?: string | undefined };
  resume(): unknown;
}

/** Why a request is not answered, as an answer of HTTP. */
export interface RequestRefusal {
  readonly code: 401 | 405;
  readonly message: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** What is wrong with a request for a status: another method than GET and HEAD, or, where a token is asked for, not that one. */
export function requestRefusal(
  { method, headers }: Pick<StatusRequest, 'method' | 'headers'>,
  token?: string,
): RequestRefusal | undefined {
  if (method !== 'GET' && method !== 'HEAD')
    return { code: 405, message: 'Only GET and HEAD are answered here.', headers: { Allow: 'GET, HEAD' } };
  if (token !== undefined && !isSame(headers.authorization ?? '', `Bearer ${token}`))
    return {
      code: 401,
      message: 'The bearer token is missing or wrong.',
      headers: { 'WWW-Authenticate': 'Bearer' },
    };
  return undefined;
}

/** In the same time for every wrong text. */
function isSame(one: string, other: string): boolean {
  const [a, b] = [one, other].map((text) => createHash('sha256').update(text).digest());
  return a !== undefined && b !== undefined && timingSafeEqual(a, b);
}
