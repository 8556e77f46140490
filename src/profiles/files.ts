import { readdirSync, readFileSync } from 'node:fs';

/** The folders of `profiles/`: one file is one profile, and its name without the ending is its id. */
export const kinds = ['pools', 'servers', 'drivers', 'poolers', 'platforms', 'metrics'] as const;
export type Kind = (typeof kinds)[number];

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

/** The title of a shipped profile, from its first lines; `profiles list` reads many files and parses none of them. */
export function profileTitle(kind: Kind, id: string): string {
  const title = /^title: (.*)$/m.exec(profileText(kind, id))?.[1] ?? id;
  return title.replace(/^(['"])(.*)\1$/, '$2');
}
