import type { DeclaredOption, DeclaredPool } from '../../declarations/declared-pool.ts';
import type { SourceSpan } from '../../declarations/source-span.ts';
import type { Origin } from '../../declarations/value.ts';
import { hostsOfPool } from '../budget/hosts.ts';
import { credentialIn, isCommonWord, isPlaceholder } from '../pools/credentials.ts';
import { atOption } from '../pools/words.ts';
import type { FileContext, Project } from '../project.ts';
import type { Rule, RuleReport } from '../rule.ts';

/** A password of a database in code, in configuration or in a manifest of Kubernetes. Its value is never shown. */
export const credentialsInline: Rule = {
  severity: 'error',
  *checkPool(pool, context) {
    for (const option of pool.options) {
      const found = inlineIn(pool, option, context);
      if (found) yield found;
    }
  },
  checkProject: (project) => inManifests(project),
};

const names = /(?:^|\.)(?:password|passwd|pass|pwd)$/i;
const urls = /(?:^|\.)(?:url|uri|jdbcUrl|connectionString|connection|clientUrl|dsn)$/i;

function inlineIn(
  pool: DeclaredPool,
  option: DeclaredOption,
  { files }: Pick<FileContext, 'files'>,
): RuleReport | undefined {
  const { name, value } = option;
  const isUrl = urls.test(name);
  if (value.kind !== 'known' || value.value === '' || value.value === null || (!isUrl && !names.test(name)))
    return undefined;
  if (isUrl && !/^(?:jdbc:)?[a-z][a-z0-9+.-]*:\/\/[^/?#@]*:[^/?#@]*@|[?&;]password=/i.test(String(value.value)))
    return undefined;
  const isFallback = value.origins.some(({ kind }) => kind === 'default');
  if (!isFallback && value.origins.some(isOutside)) return undefined;
  const place =
    value.origins.find(({ kind, place }) => place && (kind === 'literal' || kind === 'constant'))?.place ??
    option.place;
  const written = textAt(place, files) ?? textAt(option.place, files);
  const secret = written === undefined ? undefined : credentialIn(written, isUrl);
  if (secret === undefined || isPlaceholder(secret)) return undefined;
  const isHarmless = isFallback || isCommonWord(secret) || isLocal(pool);
  return {
    ...atOption(pool, option),
    origins: [],
    severity: isHarmless ? 'info' : 'error',
    ...(!isFallback && isHarmless && { confidence: 'medium' as const }),
    message: isFallback
      ? `The password of the database has a default in the ${isUrl ? 'URL' : 'code'} (${name}), for when the variable is not set.`
      : `The password of the database is written here (${name}).`,
    expected: 'a variable of the environment without a default, or a secret store',
    consequence: isFallback
      ? 'Where the variable is missing, the application logs in with a password that everyone with the code knows.'
      : 'Everyone with the code, its history or a build of it can log in, and the password cannot be changed without a release.',
    fix: isFallback
      ? 'Fail at the start where the variable is missing.'
      : 'Change the password, and read it from the environment or a secret store.',
  };
}

function isOutside({ kind }: Origin): boolean {
  return kind === 'environment' || kind === 'env-file' || kind === 'manifest';
}

function isLocal(pool: DeclaredPool): boolean {
  const hosts = hostsOfPool(pool);
  const isDevelopment = /dev|test|local/i.test(pool.environment ?? '');
  return (
    isDevelopment ||
    (hosts.length > 0 &&
      hosts.every((host) => /^(?:localhost|127\.0\.0\.1|\[::1\]|host\.docker\.internal)$/.test(host)))
  );
}

function textAt({ file, start, end }: SourceSpan, files: FileContext['files']): string | undefined {
  return files.read(file)?.slice(start, end);
}

const variables =
  /(?:^|_)(?:DB|DATABASE|PG|POSTGRES|POSTGRESQL|MYSQL|MARIADB|DATASOURCE)_?(?:\w+_)?(?:PASSWORD|PASSWD|PASS|PWD)$|^PGPASSWORD$/;

/** Plain variables of Kubernetes and ECS: what compose files have is for development as a rule. */
function* inManifests({ manifests }: Project): Iterable<RuleReport> {
  for (const service of manifests.services) {
    if (service.kind === 'compose service') continue;
    for (const [name, value] of service.env) {
      const [origin] = value.origins;
      if (value.kind !== 'known' || origin?.kind !== 'manifest' || !origin.place) continue;
      const text = String(value.value);
      const secret = variables.test(name) ? text : text.includes('://') ? credentialIn(text, true) : undefined;
      if (secret === undefined || isPlaceholder(secret) || !isDatabase(name, text)) continue;
      yield {
        place: origin.place,
        fingerprint: `${service.name}/${name}`,
        ...(isCommonWord(secret) && { severity: 'info' as const, confidence: 'medium' as const }),
        message: `The password of a database is written in the manifest (${name} of ${service.name}).`,
        expected: 'a reference to a Secret (valueFrom.secretKeyRef)',
        consequence: 'Everyone who can read the repository, or the object in the cluster, can log in.',
        fix: 'Change the password, and put it in a Secret or a secret store.',
      };
    }
  }
}

function isDatabase(name: string, text: string): boolean {
  return variables.test(name) || /^(?:jdbc:)?(?:postgres|postgresql|mysql|mariadb)[\w+.-]*:/i.test(text);
}
