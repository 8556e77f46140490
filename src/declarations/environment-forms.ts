import type { DeclaredEntry, FileFormat } from './entry.ts';

/** Variables by which a system is configured that has a file of settings too: how the same stands in that file. */
interface EnvironmentForm {
  /** What `--from` calls the systems whose settings these may be. */
  readonly systems: readonly string[];
  readonly format: FileFormat;
  /** The variables of the system, with the keys of its file; empty where there are none. */
  settings(variables: readonly DeclaredEntry[]): readonly DeclaredEntry[];
}

const ownOfPgbouncer =
  /^(?:PGBOUNCER_)?(MAX_CLIENT_CONN|DEFAULT_POOL_SIZE|MIN_POOL_SIZE|RESERVE_POOL_SIZE|RESERVE_POOL_TIMEOUT|MAX_DB_CONNECTIONS|MAX_USER_CONNECTIONS|POOL_MODE|QUERY_WAIT_TIMEOUT|QUERY_TIMEOUT|SERVER_IDLE_TIMEOUT|SERVER_LIFETIME|SERVER_CONNECT_TIMEOUT)$/;

const springPools = 'HIKARI|DBCP2|TOMCAT|DRUID';
const ofOwnSource = new RegExp(`^SPRING_DATASOURCE_([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*?)_(?:${springPools})_`);

export const environmentForms: readonly EnvironmentForm[] = [
  {
    // Relaxed binding: `.` is `_`, and `-` is left out or `_` too (Spring Boot reference, "Binding From Environment Variables").
    systems: ['hikaricp', 'dbcp2', 'tomcat', 'druid', 'c3p0'],
    format: 'properties',
    settings(variables) {
      // Data sources of an application's own: SPRING_DATASOURCE_REPORTS_HIKARI_MAXIMUM_POOL_SIZE.
      const sources = variables.flatMap(({ key }) => ofOwnSource.exec(key)?.[1] ?? []);
      const own = [...new Set(sources)].sort((a, b) => b.length - a.length).join('|');
      const pattern = new RegExp(`^SPRING_DATASOURCE_${own && `(?:(${own})_)?`}(?:(${springPools})_)?(.+)$`);
      return renamed(variables, pattern, (groups) =>
        ['spring.datasource', ...groups].filter(Boolean).join('.').toLowerCase(),
      );
    },
  },
  {
    // Every character that is no letter or digit is `_`, and quotes around a name too (MicroProfile Config, "Environment
    // Variables Mapping Rules").
    systems: ['quarkus'],
    format: 'properties',
    settings: (variables) =>
      renamed(variables, /^QUARKUS_DATASOURCE_(?:_(.+?)__)?(?:(JDBC|REACTIVE)_)?(.+)$/, ([source, kind, name = '']) =>
        [
          'quarkus.datasource',
          source === undefined ? undefined : `"${source.toLowerCase()}"`,
          kind?.toLowerCase(),
          name.toLowerCase().replaceAll('_', '-'),
        ]
          .filter((part) => part !== undefined)
          .join('.'),
      ),
  },
  {
    // Images of PgBouncer: those of Bitnami and pgbouncer.org put a prefix before the name of the setting, edoburu's does not.
    systems: ['pgbouncer'],
    format: 'ini',
    settings(variables) {
      // PGBOUNCER_HOST and the like are of an application that goes through it.
      const isPrefixed = variables.some(({ key }) => key.startsWith('PGBOUNCER_') && ownOfPgbouncer.test(key));
      const prefixed = renamed(
        isPrefixed ? variables : [],
        /^PGBOUNCER_(?!DATABASE$|PORT$|USERLIST|DSN_|BIND_|.*(?:PASSWORD|SECRET))(.+)$/,
        ([name = '']) => name.toLowerCase(),
      );
      const unprefixed = variables.filter(({ key }) => !key.startsWith('PGBOUNCER_'));
      const isBare = variables.some(({ key }) => /^(?:MAX_CLIENT_CONN|DEFAULT_POOL_SIZE)$/.test(key));
      const bare = isBare ? renamed(unprefixed, ownOfPgbouncer, ([name = '']) => name.toLowerCase()) : [];
      return [...prefixed, ...bare].map((entry) => ({ ...entry, section: 'pgbouncer' }));
    },
  },
];

/** Those that the pattern fits, with the key that its groups make. */
function renamed(
  variables: readonly DeclaredEntry[],
  pattern: RegExp,
  key: (groups: readonly (string | undefined)[]) => string,
): DeclaredEntry[] {
  return variables.flatMap((variable) => {
    const [whole, ...groups] = pattern.exec(variable.key) ?? [];
    return whole === undefined ? [] : [{ ...variable, key: key(groups) }];
  });
}
