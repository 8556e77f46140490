/** Where a pool connects to, as its options say it: fields, or a URL whose fields win where both are there. */
export interface PoolPlace {
  readonly url?: unknown;
  readonly host?: unknown;
  readonly port?: unknown;
  readonly database?: unknown;
}

/** host:port/database, without user and password; what is not known is left out, and `pool` stands for nothing at all. */
export function poolNameOf(place: PoolPlace): string {
  const url = urlOf(place.url);
  const host = url?.searchParams.get('host') || url?.hostname || textOf(place.host);
  const port = url?.port || textOf(place.port);
  const database = url ? decoded(url.pathname.slice(1)) || textOf(place.database) : textOf(place.database);
  const at = port ? `${host}:${port}` : host;
  return (database ? `${at}/${database}` : at) || 'pool';
}

function urlOf(value: unknown): URL | undefined {
  if (typeof value !== 'string') return undefined;
  // A socket folder stands where the host does in postgres://user@/database?host=/run; URL refuses an empty host with a user.
  const text = value.replace(/^([\w+]+:\/\/)([^/?#]*@)?(?=[/?#]|$)/, '$1localhost');
  return URL.canParse(text) ? new URL(text) : undefined;
}

function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
