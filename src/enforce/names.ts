import { cleanLine } from '../base/clean.ts';
import { PoolctlError } from '../base/errors.ts';
import type { EnforceInput } from './target.ts';

/** Characters that nobody sees: they would hide in a file what it does. */
const unseen = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u;

/**
 * The input with everything in a fixed order, after a look at its names and numbers.
 * @throws PoolctlError VALUE_INVALID
 */
export function checkInput(input: EnforceInput): EnforceInput {
  for (const { service, server, role, namespace, objectName, quota } of input.quotas) {
    checkSeen('service', service);
    checkSeen('server', server);
    if (role !== undefined) checkSeen('role', role);
    if (namespace !== undefined) checkSeen('namespace', namespace);
    if (objectName !== undefined) checkSeen('object', objectName);
    if (!Number.isSafeInteger(quota) || quota < 0) {
      throw new PoolctlError('VALUE_INVALID', `The quota of ${service} on ${server} is ${quota}.`, {
        hint: 'A quota is a whole number of connections, 0 or more.',
      });
    }
  }
  const byName = (one: string, other: string) => (one < other ? -1 : Number(one > other));
  return {
    // They stand in comments, and nothing in them may end one.
    from: cleanLine(input.from),
    servers: input.servers
      .map((server) => ({ ...server, usableIs: cleanLine(server.usableIs) }))
      .sort((one, other) => byName(one.name, other.name)),
    quotas: [...input.quotas].sort(
      (one, other) => byName(one.server, other.server) || byName(one.service, other.service),
    ),
  };
}

function checkSeen(kind: string, name: string): void {
  if (name.trim() !== '' && !unseen.test(name)) return;
  throw new PoolctlError(
    'VALUE_INVALID',
    name.trim() === '' ? `A ${kind} has an empty name.` : `The ${kind} "${name}" has a character that cannot be seen.`,
    { hint: `Write the name of the ${kind} in letters, digits and signs that are seen.` },
  );
}

/** A name that is part of a path. @throws PoolctlError VALUE_INVALID */
export function fileNameOf(kind: string, name: string): string {
  return checkName(kind, name, /^[A-Za-z0-9_][A-Za-z0-9._-]{0,99}$/, 'a file', 'letters, digits, ".", "_" and "-"');
}

/** The name as it is, if it is one that the place takes. @throws PoolctlError VALUE_INVALID */
export function checkName(
  kind: string,
  name: string,
  isAllowed: RegExp | boolean,
  place: string,
  write: string,
): string {
  if (typeof isAllowed === 'boolean' ? isAllowed : isAllowed.test(name)) return name;
  throw new PoolctlError('VALUE_INVALID', `The ${kind} "${name}" cannot be a name in ${place}.`, {
    hint: `Rename it in the fleet's files: ${write}.`,
  });
}
