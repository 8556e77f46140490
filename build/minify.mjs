// What an application loads into each of its processes is kept small: poolctl/monitor, without comments and white space
// and with short names of variables. Names of functions and classes stay, for stacks.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { minifySync } from 'rolldown/experimental';

const options = { module: true, compress: true, mangle: { keepNames: true } };

/** Minifies an entry of dist/ and all that it imports. */
export function minifyEntry(dist, entry) {
  const left = [join(dist, entry)];
  const reached = new Set();
  for (let file = left.pop(); file !== undefined; file = left.pop()) {
    if (reached.has(file)) continue;
    reached.add(file);
    const { code, errors } = minifySync(file, readFileSync(file, 'utf8'), options);
    if (errors.length > 0) throw new Error(`${file}: ${errors[0].message}`);
    writeFileSync(file, `${code}\n`);
    for (const [, target] of code.matchAll(/(?:from|import\()\s*["'](\.[^"']+)["']/g)) {
      left.push(resolve(dirname(file), target));
    }
  }
}
