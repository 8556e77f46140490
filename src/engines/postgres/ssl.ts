import type { ClientConfig } from 'pg';
import type { TlsChoice } from '../tls.ts';

/** The choice as pg wants it. */
export function sslConfig(choice: TlsChoice | undefined): NonNullable<ClientConfig['ssl']> {
  if (!choice) return false;
  const { verify, files } = choice;
  switch (verify) {
    case 'nothing':
      return { ...files, rejectUnauthorized: false };
    case 'authority':
      return { ...files, checkServerIdentity: () => undefined };
    case 'name':
      return files;
    default:
      return verify satisfies never;
  }
}
