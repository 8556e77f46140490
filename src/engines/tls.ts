import type { ConnectionTarget, TlsSettings } from './target.ts';

export interface TlsChoice {
  /** What must be right about the server's certificate. */
  readonly verify: 'nothing' | 'authority' | 'name';
  /** PEM texts and what goes with them, as far as given. */
  readonly files: Omit<TlsSettings, 'mode' | 'isDirect'>;
}

/** How to encrypt; undefined for not at all. A Unix socket needs no TLS. */
export function tlsChoice({ tls, socketPath }: ConnectionTarget): TlsChoice | undefined {
  const { mode, isDirect: _, ...files } = tls;
  if (socketPath !== undefined) return undefined;
  switch (mode) {
    case 'disable':
      return undefined;
    case 'prefer':
      return { verify: 'nothing', files };
    case 'require':
      // As libpq: an authority that is given is used.
      return { verify: files.ca === undefined ? 'nothing' : 'authority', files };
    case 'verify-ca':
      return { verify: 'authority', files };
    case 'verify-full':
      return { verify: 'name', files };
    default:
      return mode satisfies never;
  }
}
