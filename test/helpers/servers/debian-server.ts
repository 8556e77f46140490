import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cached } from './cache.ts';
import { unpackDebian } from './debian.ts';
import { Unavailable } from './engine.ts';
import { findProgram } from './find-program.ts';
import { ownLoader } from './own-loader.ts';

/** The command of a server or a tool of Debian's: as it is installed, or unpacked from its package and not installed. */
export async function debianServer(program: string, debianPackage: string): Promise<[string, ...string[]]> {
  const found = findProgram(program);
  if (found !== undefined) return [found];
  try {
    const root = await cached(`${debianPackage}-${process.arch}`, build);
    const places = ['usr/sbin', 'usr/bin'].map((folder) => `${folder}/${program}`);
    return ownLoader(root, places.find((place) => existsSync(join(root, place))) ?? `usr/sbin/${program}`);
  } catch (error) {
    if (error instanceof Unavailable) throw new Unavailable(`${program} is not installed and ${error.message}`);
    console.error(error instanceof Error ? error.message : error);
    throw new Unavailable(`${program} is not installed and could not be fetched from Debian`);
  }

  async function build(folder: string): Promise<void> {
    console.log(`live: fetching Debian's package ${debianPackage}`);
    await unpackDebian(debianPackage, folder);
  }
}
