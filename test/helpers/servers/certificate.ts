import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Sandbox } from '../../../src/embedded/sandbox.ts';
import { Unavailable } from './engine.ts';
import { findProgram } from './find-program.ts';

export interface Certificate {
  readonly caFile: string;
  readonly certFile: string;
  readonly keyFile: string;
}

const newKey = ['req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
const days = ['-days', '7'];

/** Makes a certificate authority and a certificate of it for localhost, in the sandbox's folder. */
export async function makeCertificate(sandbox: Sandbox): Promise<Certificate> {
  if (findProgram('openssl') === undefined) throw new Unavailable('the program openssl is not installed');
  const file = (name: string) => join(sandbox.folder, name);
  const openssl = (...args: string[]) => sandbox.run('openssl', args);
  writeFileSync(file('names'), 'subjectAltName=DNS:localhost,IP:127.0.0.1\n', { mode: 0o644 });
  await openssl(...newKey, '-x509', ...days, '-subj', '/CN=poolctl test CA', '-keyout', 'ca.key', '-out', 'ca.pem');
  await openssl(...newKey, '-subj', '/CN=localhost', '-keyout', 'server.key', '-out', 'server.csr');
  const authority = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', ...days];
  await openssl('x509', '-req', '-in', 'server.csr', ...authority, '-extfile', 'names', '-out', 'server.pem');
  return { caFile: file('ca.pem'), certFile: file('server.pem'), keyFile: file('server.key') };
}
