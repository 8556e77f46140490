/** Whom a password is for. */
export interface PasswordFor {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
}

const field = String.raw`((?:\\.|[^:\\])*)`;
/** What follows the fourth colon is the password, further colons included. */
const entry = new RegExp(`^${field}:${field}:${field}:${field}:(.*)$`);

/**
 * The password of the first line of a `.pgpass` that fits: `host:port:database:user:password`, where * fits anything and a
 * backslash takes the meaning of : and \. https://www.postgresql.org/docs/current/libpq-pgpass.html
 */
export function passwordIn(text: string, { host, port, database, user }: PasswordFor): string | undefined {
  const wanted = [host, `${port}`, database, user];
  for (const line of text.split(/\r?\n/)) {
    const [, ...fields] = (line.startsWith('#') ? null : entry.exec(line)) ?? [];
    const password = fields.pop();
    const fits = wanted.every((word, index) => fields[index] === '*' || plain(fields[index] ?? '') === word);
    if (password !== undefined && fits) return plain(password);
  }
  return undefined;
}

function plain(field: string): string {
  return field.replace(/\\(.)/g, '$1');
}

/** What a `.pgpass` calls a Unix socket: the folder, or localhost for the usual ones. */
export function hostOfSocket(socketPath: string): string {
  const folder = socketPath.replace(/\/[^/]*$/, '');
  return /^(?:\/tmp|(?:\/var)?\/run\/postgresql)$/.test(folder) ? 'localhost' : folder;
}
