import type { Concept } from '../../declarations/concepts.ts';
import type { DeclaredOption, DeclaredPool } from '../../declarations/declared-pool.ts';
import { ignoredParameters, parametersIn } from '../pools/url-parameters.ts';
import { atOption, libraryOf, sizeOf } from '../pools/words.ts';
import type { FileContext } from '../project.ts';
import type { Rule } from '../rule.ts';

/** A parameter of a connection URL that another library would follow, and this one does not. */
export const urlOptionIgnored: Rule = {
  severity: 'error',
  *checkPool(pool, { profiles }) {
    const ignored = ignoredParameters(pool, profiles);
    for (const option of pool.options) {
      for (const { name, value } of parametersIn(option)) {
        const does = ignored.get(name);
        if (does === undefined) continue;
        yield {
          ...atOption(pool, option),
          fingerprint: `${pool.made} ${pool.name ?? ''}/url?${name}`,
          message: `${name} in the URL ${does} with ${libraryOf(pool)}${/^\d+$/.test(value) ? ` (found ${value})` : ''}.`,
          expected: `it among the options${optionFor(name, pool, profiles)}`,
          consequence: consequenceOf(name, pool, profiles),
          fix: `Take it out of the URL, and write the option${optionFor(name, pool, profiles)} instead.`,
          origins: originsOf(option),
        };
      }
    }
  },
};

const concepts: readonly (readonly [RegExp, Concept])[] = [
  [/^(?:max|poolSize|pool_size|connection_?limit)$/i, 'connectionLimit'],
  [/^(?:pool_timeout|acquireTimeout|connectionTimeoutMillis)$/, 'acquireTimeout'],
  [/^(?:connect_timeout|connectTimeout)$/, 'connectTimeout'],
  [/^idleTimeout/, 'idleTimeout'],
];

function optionFor(name: string, { library }: DeclaredPool, profiles: FileContext['profiles']): string {
  const concept = concepts.find(([pattern]) => pattern.test(name))?.[1];
  const option = concept && profiles.get(library)?.options[concept]?.option;
  return option === undefined ? '' : ` ${option}`;
}

function consequenceOf(name: string, pool: DeclaredPool, profiles: FileContext['profiles']): string {
  const isSize = concepts[0]?.[0].test(name);
  const size = sizeOf(pool, profiles);
  if (isSize && size !== undefined) return `The pool has ${size} connections, whatever the URL says.`;
  return 'The setting is not in use, and nothing says so.';
}

function originsOf({ value }: DeclaredOption) {
  return value.origins;
}
