import { mkdirSync, writeFileSync } from 'node:fs';
import { kinds, profileIds } from './files.ts';
import { parseShipped } from './shipped.ts';

/** Run by the build: writes every shipped profile as JSON beside the compiled loader. A mistake in one fails the build. */
for (const kind of kinds) {
  const folder = new URL(`./data/${kind}/`, import.meta.url);
  mkdirSync(folder, { recursive: true });
  for (const id of profileIds(kind)) {
    writeFileSync(new URL(`${id}.json`, folder), JSON.stringify(parseShipped(kind, id)));
  }
}
