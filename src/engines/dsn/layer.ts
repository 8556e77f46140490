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
const soundsLikeSecurity = /^[\w.-]*(?:ssl|tls|cert|verify|hostaddr|schema|search_?path)[\w.-]*$/i;

/**
 * Sorts pairs of names and values into what poolctl honours and what it has no use for. Of two for the same thing the last
 * one counts. @throws PoolctlError DSN_INVALID for one that is refused; values are never quoted.
 */
export function layerOf(protocol: Protocol, pairs: Iterable<readonly [string, string]>, source: string): DsnLayer {
  const values = new Map<Setting, string>();
  const unused: string[] = [];
  let isQuotable = true;
  for (const [name, value] of pairs) {
    const parameter = parameterNamed(protocol, name);
    if (parameter?.as !== undefined) {
      // libpq and SQLAlchemy: `host` may stand there several times.
      const before = parameter.as === 'host' && name === 'host' ? values.get('host') : undefined;
      if (value !== '' || parameter.as === 'password') values.set(parameter.as, before ? `${before},${value}` : value);
    } else if (parameter?.refused !== undefined) {
      if (value !== '' && !parameter.harmless?.test(value)) {
        throw new PoolctlError('DSN_INVALID', `${source}: ${name} cannot be followed: ${parameter.refused}.`, {
          hint: 'poolctl refuses what chooses another server, session or security than it would use. `poolctl explain dsn` says more.',
        });
      }
    } else if (parameter) unused.push(name);
    else if (soundsLikeSecurity.test(name)) {
      throw new PoolctlError(
        'DSN_INVALID',
        `${source}: a setting of it is not known, and sounds like one of security or place.`,
        {
          hint: `${isQuotable ? `It is ${name}. ` : ''}\`poolctl explain dsn\` has those that are.`,
        },
      );
    }
    // A name that nobody knows may be a part of a password that was not percent-encoded.
    else unused.push(isQuotable && /^[a-z][\w.-]{0,40}$/i.test(name) ? name : 'one that is not known');
    if (isSecret.test(name)) isQuotable = false;
  }
  return { values, unused };
}

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
