import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type * as v from 'valibot';
import { PoolctlError } from '../errors.ts';
import { didYouMean } from '../suggest.ts';
import { parseProfile } from './document.ts';
import { type PoolProfile, poolSchema } from './pool.ts';
import { type ServerProfile, serverSchema } from './server.ts';

/** The folders of `profiles/`: one file is one profile, and its name without the ending is its id. */
export const kinds = { pools: poolSchema, servers: serverSchema } as const;
export type Kind = keyof typeof kinds;

const root = new URL('../../profiles/', import.meta.url);

/** The ids of the shipped profiles of one kind, sorted. */
export function profileIds(kind: Kind): string[] {
  return readdirSync(new URL(`${kind}/`, root))
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => name.slice(0, -'.yaml'.length))
    .sort();
}

/** The text of a shipped profile as it stands in its file. */
export function profileText(kind: Kind, id: string): string {
  return readFileSync(new URL(`${kind}/${id}.yaml`, root), 'utf8');
}

/** A shipped profile by id; PROFILE_UNKNOWN names the nearest one. */
export function loadPool(id: string): PoolProfile {
  return load('pools', id);
}

/** A shipped server profile by id; what its engine's own profile says holds where it says nothing. */
export function loadServer(id: string): ServerProfile {
  const server = load('servers', id);
  return server.engine === id ? server : inherit(server, load('servers', server.engine));
}

function inherit(server: ServerProfile, engine: ServerProfile): ServerProfile {
  return { ...engine, ...server, sources: { ...engine.sources, ...server.sources } };
}

function load<K extends Kind>(kind: K, id: string): v.InferOutput<(typeof kinds)[K]> {
  const ids = profileIds(kind);
  if (!ids.includes(id)) {
    const noun = kind === 'servers' ? 'server' : 'profile';
    throw new PoolctlError('PROFILE_UNKNOWN', `There is no ${noun} "${id}".${didYouMean(id, ids)}`, {
      hint: `Known: ${ids.join(', ')}.`,
    });
  }
  return parseProfile(kinds[kind], profileText(kind, id), fileURLToPath(new URL(`${kind}/${id}.yaml`, root)));
}
