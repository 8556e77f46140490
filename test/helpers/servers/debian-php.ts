import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { cached } from './cache.ts';
import { isLibrary, unpackDebian } from './debian.ts';
import { ownLoader } from './own-loader.ts';

/** PHP 8.2 of Debian 12 with its modules for PostgreSQL, unpacked and not installed: a command that takes a script. */
export async function debianPhp(): Promise<readonly [command: string, ...args: string[]]> {
  const folder = await cached(`php-${process.arch}`, async (target) => {
    console.log('live: fetching PHP from Debian 12');
    await unpackDebian(['php8.2-cli', 'php8.2-pgsql', 'php8.2-common'], target, 'bookworm', isLibrary);
  });
  const [modules = ''] = readdirSync(join(folder, 'usr/lib/php')).filter((name) => /^\d{8}$/.test(name));
  const own = ['pdo', 'pgsql', 'pdo_pgsql'].flatMap((name) => ['-d', `extension=${name}`]);
  const extensions = ['-n', '-d', `extension_dir=${join(folder, 'usr/lib/php', modules)}`, ...own];
  return [...ownLoader(folder, 'usr/bin/php8.2'), ...extensions];
}
