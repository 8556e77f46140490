import type { Abstract } from './abstract.ts';
import { scalar, unresolved } from './make.ts';

const process: Abstract = {
  kind: 'object',
  opaque: 'it depends on the process',
  properties: new Map([['env', environment()]]),
};

function environment() {
  const nowhere = { file: '', start: 0, end: 0, line: 1, column: 1, endLine: 1, endColumn: 1 };
  return { value: (): Abstract => ({ kind: 'environment' }), place: nowhere, keyPlace: nowhere };
}

const globals: Readonly<Record<string, Abstract>> = {
  undefined: scalar(undefined),
  NaN: scalar(Number.NaN),
  Infinity: scalar(Number.POSITIVE_INFINITY),
  process,
  // The folder of the file; `require` takes it as such.
  __dirname: scalar('.'),
  Bun: { kind: 'external', package: 'bun', subpath: '', path: [] },
  Number: { kind: 'external', package: 'global', subpath: '', path: ['Number'] },
};

/** A global of JavaScript, Node.js or Bun. */
export function globalValue(name: string): Abstract {
  return (Object.hasOwn(globals, name) ? globals[name] : undefined) ?? unresolved(`${name} is not declared in sight`);
}
