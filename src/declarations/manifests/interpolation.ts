import type { Origin, Resolved } from '../value.ts';
import { known, unknown } from './values.ts';

/** What a variable of a compose file comes to, if a file of the project says so. */
export type Lookup = (name: string) => Resolved | undefined;

/**
 * A text of a compose file with its variables filled in: `$NAME`, `${NAME}`, `${NAME:-default}`, `${NAME-default}`,
 * `${NAME:?message}`, `${NAME:+other}`; `$$` is a dollar (docs.docker.com/reference/compose-file/interpolation). A default
 * may hold a variable of its own.
 */
export function interpolated(text: string, lookup: Lookup, origins: readonly Origin[], depth = 0): Resolved {
  const missing: string[] = [];
  const stations: Origin[] = [];
  const filled = text.replace(
    /\$(?:\$|(\w+)|\{(\w+)(?:(:?[-?+])((?:[^{}]|\$\{[^{}]*\})*))?\})/g,
    (whole, plain: string | undefined, braced: string | undefined, operator = '', operand = '') => {
      if (whole === '$$') return '$';
      const name = plain ?? braced ?? '';
      const value = lookup(name);
      const isSet = value !== undefined && !(operator.startsWith(':') && value.kind === 'known' && value.value === '');
      if (operator.endsWith('+')) return isSet ? operand : '';
      if (isSet) {
        if (value.kind === 'unknown') missing.push(name);
        stations.push(...value.origins);
        return value.kind === 'known' ? String(value.value) : whole;
      }
      if (!operator.endsWith('-')) {
        missing.push(name);
        return whole;
      }
      stations.push({ kind: 'default', text: `default of ${name}` });
      const inner = depth < 5 ? interpolated(operand, lookup, [], depth + 1) : known(operand);
      if (inner.kind === 'unknown') missing.push(name);
      return inner.kind === 'known' ? String(inner.value) : whole;
    },
  );
  // The login of a URL is often set elsewhere; its host and parameters are here.
  if (missing.length === 0 || text.includes('://')) return known(filled, ...stations, ...origins);
  const [name] = missing;
  return unknown(`\${${name}} is set in no file of the project`, ...stations, ...origins);
}
