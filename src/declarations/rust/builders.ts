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
  const further = isPlain ? [] : chains.filter((other) => goesOn(other, chain));
  const links = [...chain.links, ...further.flatMap((other) => linksOf(other))];
  const making = links.find(({ name }) => crate.makes.test(name));
  const given = isPlain ? chain.args : [...(making?.args ?? []), ...chain.args];
  const engine = engineOf(chain, given, values);
  if (engine === 'other' || (engine === undefined && crate.library !== 'sqlx')) return [];
  // `connect_timeout` of old versions of sqlx is the pool's own.
  const beside = chains.filter((other) => other.within === chain.within && other !== chain && !further.includes(other));
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

/** `builder = builder.max_size(5)`, `options.max_connections(5);`: methods called on the variable that keeps it. */
function goesOn(other: Chain, { kept, within, path }: Chain): boolean {
  return (
    kept !== undefined &&
    other.within === within &&
    other.path !== path &&
    other.path.split('.').slice(0, -1).join('.') === kept
  );
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
