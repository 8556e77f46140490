import type { DeclaredEntry, FileFormat } from './entry.ts';
import { pgbouncerSettings } from './pgbouncer-variables.ts';

/** Variables by which a system is configured that has a file of settings too: how the same stands in that file. */
interface EnvironmentForm {
  /** What `--from` calls the systems whose settings these may be. */
  readonly systems: readonly string[];
  readonly format: FileFormat;
  /** The variables of the system, with the keys of its file; empty where there are none. */
  settings(variables: readonly DeclaredEntry[]): readonly DeclaredEntry[];
}

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
    systems: ['pgbouncer'],
    format: 'ini',
    settings(variables) {
      const settings = pgbouncerSettings(variables.map(({ key }) => key));
      return variables.flatMap((variable) => {
        const key = settings.get(variable.key);
        return key === undefined ? [] : [{ ...variable, key, section: 'pgbouncer' }];
      });
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
