import { PoolctlError } from '../../base/errors.ts';

/**
 * What a file of libpq (`pg_service.conf`) says of a service; undefined when it is not in there.
 * https://www.postgresql.org/docs/current/libpq-pgservice.html @throws PoolctlError DSN_INVALID
 */
export function serviceIn(text: string, service: string, file: string): [string, string][] | undefined {
  let pairs: [string, string][] | undefined;
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    if (line.startsWith('[')) {
      if (pairs) return pairs;
      if (line === `[${service}]`) pairs = [];
      continue;
    }
    if (!pairs) continue;
    const [, name = '', value = ''] = /^([^=]+)=(.*)$/.exec(line) ?? [];
    if (name === '' || /^service(?:file)?$/.test(name)) {
      throw new PoolctlError('DSN_INVALID', `${file}:${index + 1}: this is no setting of a service.`, {
        hint: 'Write name=value. LDAP and services within services are not followed.',
      });
    }
    pairs.push([name, value]);
  }
  return pairs;
}
