import { PoolctlError } from '../../base/errors.ts';
import type { Protocol } from '../target.ts';
import { isSecret, type Setting } from './parameter.ts';
import { parameterNamed } from './systems.ts';

/** What one place says of a server: a DSN, a service, the environment. */
export interface DsnLayer {
  readonly values: ReadonlyMap<Setting, string>;
  /** Names of parameters that poolctl has no use for. */
  readonly unused: readonly string[];
}

/** What may not be left out, even where nobody knows the name. */
const soundsLikeSecurity = /ssl|tls|cert|verify|host|server|socket|proxy|tunnel|schema|search_?path|auth|passw/i;

/**
 * Sorts pairs of names and values into what poolctl honours and what it has no use for. Of two for the same thing the last
 * one counts. `isClear`: no part of a password can be among them. @throws PoolctlError DSN_INVALID for one that is refused;
 * values are never quoted
 */
export function layerOf(
  protocol: Protocol,
  pairs: Iterable<readonly [string, string]>,
  source: string,
  isClear = true,
): DsnLayer {
  const invalid = (why: string, hint: string) => new PoolctlError('DSN_INVALID', `${source}: ${why}`, { hint });
  const values = new Map<Setting, string>();
  const unused: string[] = [];
  let isQuotable = isClear;
  for (const [name, value] of pairs) {
    const { as, refused, harmless, unused: noUse } = parameterNamed(protocol, name) ?? {};
    if (as !== undefined) {
      // SQLAlchemy: several hosts may each have a `host`.
      const before = name === 'host' ? values.get(as) : undefined;
      if (value !== '' || as === 'password') values.set(as, before ? `${before},${value}` : value);
    } else if (refused !== undefined) {
      if (value !== '' && !harmless?.test(value)) throw invalid(`${name} cannot be followed: ${refused}.`, refusalHint);
    } else if (noUse !== undefined) {
      unused.push(name);
    } else {
      // A name that nobody knows may be a part of a password that was not percent-encoded.
      const shown = isQuotable && /^[a-z][\w.-]{0,40}$/i.test(name) ? name : 'one that is not known';
      if (soundsLikeSecurity.test(name)) {
        throw invalid(
          'a setting is not known, and sounds like one of security or place.',
          `It is ${shown}. ${listHint}`,
        );
      }
      unused.push(shown);
    }
    if (isSecret.test(name)) isQuotable = false;
  }
  return { values, unused };
}

const listHint = '`poolctl explain dsn` says more, and docs/dsn.md has all that are known.';
const refusalHint = `poolctl refuses what chooses another server, session or security than it would use. ${listHint}`;

/** The layers as one: what the first one leaves out is for the next. */
export function mergedLayers([first, ...more]: readonly [DsnLayer, ...DsnLayer[]]): DsnLayer {
  const values = new Map(first.values);
  const unused = [...first.unused];
  for (const layer of more) {
    for (const [name, value] of layer.values) if (!values.has(name)) values.set(name, value);
    unused.push(...layer.unused);
  }
  return { values, unused: [...new Set(unused)] };
}
