import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { cached } from './cache.ts';
import { isLibrary, unpackDebian } from './debian.ts';
import { ownLoader } from './own-loader.ts';

/** A program and the variables that it needs beside those of this process. */
export interface Ruby {
  readonly command: readonly [command: string, ...args: string[]];
  readonly env: Readonly<Record<string, string>>;
}

/** Ruby of Debian 12 with ActiveRecord 6.1, Sequel, connection_pool, pg and mysql2, unpacked and not installed. */
export async function debianRuby(): Promise<Ruby> {
  const folder = await cached(`ruby-pools-${process.arch}`, async (target) => {
    console.log('live: fetching Ruby with its pools from Debian 12');
    const packages = ['ruby3.1', 'ruby-activerecord', 'ruby-sequel', 'ruby-connection-pool', 'ruby-pg', 'ruby-mysql2'];
    await unpackDebian(packages, target, 'bookworm', (name) => isLibrary(name) || name.startsWith('ruby'));
  });
  const usr = join(folder, 'usr');
  const gems = join(usr, 'share/rubygems-integration');
  const [triplet = ''] = readdirSync(join(usr, 'lib')).filter((name) => name.endsWith('-linux-gnu'));
  const [concurrent = ''] = readdirSync(join(gems, 'all/gems')).filter((name) => name.startsWith('concurrent-ruby-'));
  const paths = [
    join(usr, 'lib/ruby/vendor_ruby'),
    join(usr, 'lib/ruby/3.1.0'),
    join(usr, 'lib', triplet, 'ruby/3.1.0'),
    join(usr, 'lib', triplet, 'ruby/vendor_ruby/3.1.0'),
    join(gems, 'all/gems', concurrent, 'lib/concurrent-ruby'),
  ];
  return {
    command: ownLoader(folder, 'usr/bin/ruby3.1'),
    env: {
      RUBYLIB: paths.join(':'),
      GEM_PATH: [join(gems, 'all'), join(gems, '3.1.0'), join(usr, 'lib/ruby/gems/3.1.0')].join(':'),
      LANG: 'C.UTF-8',
    },
  };
}
