/** Whom a password is for. */
export interface PasswordFor {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
}

/**
 * The password of the first line of a `.pgpass` that fits: `host:port:database:user:password`, where * fits anything and a
 * backslash takes the meaning of : and \. https://www.postgresql.org/docs/current/libpq-pgpass.html
 */
export function passwordIn(text: string, { host, port, database, user }: PasswordFor): string | undefined {
  const wanted = [host, `${port}`, database, user];
  for (const line of text.split(/\r?\n/)) {
    if (line.startsWith('#')) continue;
    const fields = line.match(/(?:\\.|[^:\\])*(?::|$)/gs)?.map((field) => field.replace(/:$/, '')) ?? [];
    if (fields.length < 5) continue;
    const fits = wanted.every((word, index) => fields[index] === '*' || plain(fields[index] ?? '') === word);
    // What follows the fourth colon is the password, further colons included.
    if (fits) return plain(line.slice(fields.slice(0, 4).join(':').length + 1));
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
