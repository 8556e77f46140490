import { resolve } from 'node:path';
import { placeFinder } from '../../declarations/code/lines.ts';
import { configFile } from '../../lint/config.ts';
import type { FileTree } from '../file-tree.ts';
import type { WrittenServer } from '../schema.ts';
import type { FleetParts } from '../written.ts';

/**
 * The servers of poolctl.yaml, where a fleet has no file of its own. They are reported, and fail nothing: no budget is declared.
 * @throws PoolctlError CONFIG_INVALID
 */
export async function lintServers(
  roots: readonly string[],
  cwd: string,
  tree: FileTree,
): Promise<FleetParts['servers']> {
  const servers = new Map<string, FleetParts['servers'] extends ReadonlyMap<string, infer One> ? One : never>();
  for (const root of roots) {
    const file = root === '' ? configFile : `${root}/${configFile}`;
    const found = tree.wholeTextOf(resolve(cwd, file));
    const text = 'text' in found ? found.text : '';
    if (!/^servers\s*:/m.test(text)) continue;
    const { readConfig } = await import('../../lint/read-config.ts');
    const spanOf = placeFinder(file, text);
    const placeOf = (path: readonly (string | number)[]) => {
      const at = Math.max(
        0,
        text.search(new RegExp(`^\\s*${String(path[1] ?? path[0]).replace(/[^\w-]/g, '.')}\\s*:`, 'm')),
      );
      return spanOf({ start: at, end: at });
    };
    for (const [name, { limitFrom: _, ...server }] of Object.entries(readConfig(text).configOf().servers)) {
      const value: WrittenServer = { ...server };
      servers.set(name, { name, value, in: { file, text, placeOf }, path: ['servers', name] });
    }
  }
  return servers;
}
