/** libpq's target_session_attrs without `any`, and `prefer-primary` of Java. */
export const wantedServers = [
  'read-write',
  'read-only',
  'primary',
  'standby',
  'prefer-standby',
  'prefer-primary',
] as const;
export type WantedServer = (typeof wantedServers)[number];

/** The words of PostgreSQL's JDBC driver, its older ones included. */
export const wantedInJava: Readonly<Record<string, WantedServer | 'any'>> = {
  any: 'any',
  primary: 'primary',
  master: 'primary',
  secondary: 'standby',
  slave: 'standby',
  prefersecondary: 'prefer-standby',
  preferslave: 'prefer-standby',
  preferprimary: 'prefer-primary',
};
