import { existsSync } from 'node:fs';
import { join } from 'node:path';

const triplets: Readonly<Record<string, string>> = { x64: 'x86_64-linux-gnu', arm64: 'aarch64-linux-gnu' };
const loaders: Readonly<Record<string, string>> = { x64: 'ld-linux-x86-64.so.2', arm64: 'ld-linux-aarch64.so.1' };

/** The command that runs an unpacked program with the libraries that were unpacked with it, also its C library. */
export function ownLoader(root: string, program: string): [command: string, ...args: string[]] {
  const triplet = triplets[process.arch] ?? '';
  const folders = ['usr/lib', 'lib'].map((folder) => join(root, folder, triplet));
  const loader = folders.map((folder) => join(folder, loaders[process.arch] ?? '')).find(existsSync);
  if (loader === undefined) throw new Error(`${root} has no dynamic loader for ${process.arch}`);
  const modules = `OPENSSL_MODULES=${join(root, 'usr/lib', triplet, 'ossl-modules')}`;
  return ['env', modules, loader, '--library-path', folders.join(':'), join(root, program)];
}
