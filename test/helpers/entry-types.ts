import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from './run.ts';

interface Named {
  readonly file: string;
  readonly name: string;
}

interface Declarations {
  readonly text: string;
  /** Local name to where it comes from. */
  readonly imported: ReadonlyMap<string, Named>;
  readonly declared: ReadonlyMap<string, string>;
}

const files = new Map<string, Declarations>();

/** The declarations of a file of dist/, without comments. */
function declarationsOf(file: string): Declarations {
  const known = files.get(file);
  if (known) return known;
  const text = readFileSync(file, 'utf8').replace(/\/\*[\s\S]*?\*\//g, '');
  const imported = new Map<string, Named>();
  for (const [, names = '', from = ''] of text.matchAll(/^import (?:type )?\{([^}]*)\} from '(\.[^']*)';/gm)) {
    for (const { name, as } of namesIn(names)) imported.set(as, { file: resolveTypes(file, from), name });
  }
  const declared = new Map<string, string>();
  const starts = [
    ...text.matchAll(/^(?:export )?(?:declare )?(?:abstract )?(?:function|const|class|interface|type) (\w+)/gm),
  ];
  for (const [index, match] of starts.entries()) {
    const name = match[1] ?? '';
    const body = text.slice(match.index, starts[index + 1]?.index ?? text.length);
    declared.set(name, `${declared.get(name) ?? ''}${body}`);
  }
  const found = { text, imported, declared };
  files.set(file, found);
  return found;
}

function namesIn(list: string): { name: string; as: string }[] {
  return list
    .split(',')
    .map((part) => part.trim().replace(/^type /, ''))
    .filter((part) => part !== '')
    .map((part) => {
      const [name = '', as = name] = part.split(' as ');
      return { name, as };
    });
}

function resolveTypes(file: string, from: string): string {
  return join(dirname(file), from.replace(/\.[jt]s$/, '.d.ts'));
}

/** What a file exports, by name, each with the file that declares it. */
export function exportsOf(file: string): ReadonlyMap<string, Named> {
  const { text, declared, imported } = declarationsOf(file);
  const found = new Map<string, Named>();
  for (const [, names = '', from] of text.matchAll(/^export (?:type )?\{([^}]*)\}(?: from '(\.[^']*)')?;/gm)) {
    for (const { name, as } of namesIn(names)) {
      const named = from === undefined ? imported.get(name) : exportsOf(resolveTypes(file, from)).get(name);
      found.set(as, named ?? { file, name });
    }
  }
  for (const [, from = ''] of text.matchAll(/^export (?:type )?\* from '(\.[^']*)';/gm)) {
    for (const [name, named] of exportsOf(resolveTypes(file, from))) found.set(name, named);
  }
  for (const [name, body] of declared) if (body.startsWith('export ')) found.set(name, { file, name });
  return found;
}

/** The entries of package.json with the file of their types. */
export function packageEntries(): [entry: string, file: string][] {
  const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return Object.entries<{ types?: string }>(exports).flatMap(([entry, { types }]) =>
    types === undefined ? [] : [[entry, join(root, types)] as [string, string]],
  );
}

const key = ({ file, name }: Named) => `${file.slice(root.length)}: ${name}`;

/** Types that the exports of the entries mention, and that no entry exports. */
export function unnamedTypes(): string[] {
  const exported = packageEntries().flatMap(([, file]) => [...exportsOf(file).values()]);
  const nameable = new Set(exported.map(key));
  const missing = new Set<string>();
  for (const { file, name } of exported) {
    const { declared, imported } = declarationsOf(file);
    // A private member is nobody's to name.
    const body = (declared.get(name) ?? '').replace(/^\s*(?:private |#).*$/gm, '').replace(/'[^']*'/g, '');
    for (const [word] of body.matchAll(/(?<![\w.])[A-Z]\w+(?!\w*\??:)/g)) {
      const from = imported.get(word);
      const named = from ?? (declared.has(word) ? { file, name: word } : undefined);
      const real = named && from ? (exportsOf(named.file).get(named.name) ?? named) : named;
      if (real && !nameable.has(key(real))) missing.add(`${key(real)} (in ${name})`);
    }
  }
  return [...missing].sort();
}
