import type { DeclaredOption, DeclaredPool } from '../declared-pool.ts';
import type { CurlyExpression } from '../sources/curly-expression.ts';
import type { CurlyValues } from '../sources/curly-values.ts';
import { type Chain, type Link, linksOf } from './chains.ts';
import { connectionOptions, optionAt, statementTimeoutIn } from './connections.ts';
import { crateOf, engineIn, engineOfFile, type RustCrate } from './crates.ts';
import { poolConfigOptions } from './pool-config.ts';

/** The pools that a builder makes, in one chain or by a variable that keeps it. */
export function builtPools(chains: readonly Chain[], values: CurlyValues): DeclaredPool[] {
  return chains.flatMap((chain) => {
    const crate = crateOf(chain.path, values.module.text);
    return crate ? poolOf(chain, crate, chains, values) : [];
  });
}

function poolOf(chain: Chain, crate: RustCrate, chains: readonly Chain[], values: CurlyValues): DeclaredPool[] {
  const isPlain = crate.plain.test(chain.path);
  const further = isPlain
    ? []
    : (indexOf(chains)
        .byVariable.get(chain.kept ?? '')
        ?.filter((other) => goesOn(other, chain)) ?? []);
  const links = [...chain.links, ...further.flatMap((other) => linksOf(other))];
  const making = links.find(({ name }) => crate.makes.test(name));
  const given = isPlain ? chain.args : [...(making?.args ?? []), ...chain.args];
  const engine = engineOf(chain, given, values);
  if (engine === 'other' || (engine === undefined && crate.library !== 'sqlx')) return [];
  // `connect_timeout` of old versions of sqlx is the pool's own.
  const beside = indexOf(chains).connections.filter(
    (other) => other.within === chain.within && other !== chain && !further.includes(other),
  );
  const isMade = isPlain || making !== undefined;
  return [
    {
      library: crate.library,
      ...(engine && { engine }),
      place: values.module.spanOf(chain),
      made: chain.path.split('.').slice(-2).join('::'),
      ...(chain.kept !== undefined && { name: chain.kept }),
      options: [
        ...links.flatMap((link) => optionsOf(link, crate, values)),
        ...links.filter(({ name }) => name === 'after_connect').flatMap((link) => statementTimeoutIn(link, values)),
        ...connectionOptions(beside, values),
      ],
      ...(!isMade && { opaque: 'what else is set on the builder is not followed to where the pool is made' }),
      lives: chain.within ? 'instance' : 'module',
    },
  ];
}

interface ChainIndex {
  /** By the variable that their methods are called on. */
  readonly byVariable: ReadonlyMap<string, readonly Chain[]>;
  /** Those with options of single connections. */
  readonly connections: readonly Chain[];
}

/** A file with thousands of pools asks for each of them. */
const indexes = new WeakMap<readonly Chain[], ChainIndex>();

function indexOf(chains: readonly Chain[]): ChainIndex {
  const known = indexes.get(chains);
  if (known) return known;
  const byVariable = new Map<string, Chain[]>();
  for (const chain of chains) {
    const variable = chain.path.split('.').slice(0, -1).join('.');
    const same = byVariable.get(variable);
    if (same) same.push(chain);
    else byVariable.set(variable, [chain]);
  }
  const own = /^(?:(?:tcp_)?connect_timeout|options|init)$/;
  const connections = chains.filter((chain) => linksOf(chain).some(({ name }) => own.test(name)));
  const index = { byVariable, connections };
  indexes.set(chains, index);
  return index;
}

/** `builder = builder.max_size(5)`, `options.max_connections(5);`: methods called on the variable that keeps it. */
function goesOn(other: Chain, { kept, within, path }: Chain): boolean {
  return kept !== undefined && other.within === within && other.path !== path;
}

function optionsOf(link: Link, { options, library }: RustCrate, values: CurlyValues): DeclaredOption[] {
  const [first] = link.args;
  if (library === 'deadpool' && first && /^(?:config|timeouts)$/.test(link.name))
    return poolConfigOptions(first, values, link.name === 'timeouts');
  if (!first || link.args.length !== 1 || !options.includes(link.name)) return [];
  return [optionAt(link.name, values.of(first), link, values, link.nameAt)];
}

/** By what the builder and the manager that it is given are written with, or by the file. */
function engineOf(chain: Chain, given: readonly CurlyExpression[], values: CurlyValues) {
  const { text } = values.module;
  const parts = given.map((argument) => {
    const { start, end } = values.followed(argument);
    return text.slice(start, end);
  });
  return (
    [text.slice(chain.start, chain.end), ...parts]
      .map((part) => engineIn(part))
      .find((engine) => engine !== undefined) ?? engineOfFile(text)
  );
}
