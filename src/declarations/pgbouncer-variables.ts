/**
 * Settings of PgBouncer that its images take as variables: those of Bitnami and pgbouncer.org with a prefix before the name,
 * edoburu's without it.
 */
const settings = [
  ...[
    'pool_mode',
    'max_client_conn',
    'default_pool_size',
    'min_pool_size',
    'reserve_pool_size',
    'reserve_pool_timeout',
  ],
  ...['max_db_connections', 'max_user_connections', 'query_wait_timeout', 'query_timeout', 'server_idle_timeout'],
  ...['server_lifetime', 'server_connect_timeout'],
] as const;

const prefix = 'PGBOUNCER_';

/** Of an image, and not of an application that goes through a PgBouncer: its database, its users, its port. */
const ofImage = /^PGBOUNCER_(?!DATABASE$|PORT$|USERLIST|DSN_|BIND_|.*(?:PASSWORD|SECRET))(.+)$/;

/** The variables that a setting may have. */
export function variablesOf(setting: string): readonly [bare: string, prefixed: string] {
  const bare = setting.toUpperCase();
  return [bare, prefix + bare];
}

/** The settings among these variables, by the names that pgbouncer.ini has for them; none where they are of an application. */
export function pgbouncerSettings(variables: readonly string[]): ReadonlyMap<string, string> {
  const has = (name: string) => variables.includes(name);
  const isPrefixed = settings.some((setting) => has(variablesOf(setting)[1]));
  const isBare = has('MAX_CLIENT_CONN') || has('DEFAULT_POOL_SIZE');
  const found = variables.flatMap((variable): (readonly [string, string])[] => {
    const name = variable.startsWith(prefix) ? isPrefixed && ofImage.exec(variable)?.[1] : isBare && variable;
    if (!name) return [];
    const setting = name.toLowerCase();
    const isKnown = variable.startsWith(prefix) || settings.some((one) => one === setting);
    return isKnown ? [[variable, setting]] : [];
  });
  return new Map(found);
}
