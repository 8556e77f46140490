import type { Scalar } from '../../value.ts';

/** The value of an option as it is kept: without what is secret in it. */
export function withoutSecret(name: string, value: Scalar): Scalar {
  if (typeof value !== 'string') return value;
  if (secretNames.test(name)) return value === '' ? '' : hidden;
  return value.includes('://') ? withoutLogin(value) : value;
}

const hidden = '***';
const secretNames = /(?:^|[._])(?:\w*pass(?:word|wd|phrase)?\d?|\w*secret\w*|\w*token|pfx|key|cert|ca|passwordSha1)$/i;

/** A URL without its password, and without those among its parameters. */
export function withoutLogin(url: string): string {
  return url
    .replace(/^((?:jdbc:)?[a-z][a-z0-9+.-]*:\/\/[^:/?#]*):[^/?#]*@/i, `$1:${hidden}@`)
    .replace(/([?&](?:\w*pass\w*|\w*secret\w*|\w*token|\w*key)=)[^&#]*/gi, `$1${hidden}`);
}
