/** Where the operating system's limit of open files lets in fewer than max_connections. */
export interface OpenFiles {
  /** How many connections the files that are left allow, those there included. */
  readonly connections: number;
  readonly limit: number;
}

/**
 * Files that MariaDB has open beside tables, logs and connections: its standard streams, sockets, pipes and temporary files.
 * Seen on 10.11: 13, with a thread pool 13 and one for each of its groups.
 */
const ownFiles = 13;

/** MariaDB does not lower max_connections where open files are short: a client that finds none left waits, unanswered. */
export function mariadbOpenFiles(
  variables: ReadonlyMap<string, string>,
  status: ReadonlyMap<string, string>,
): OpenFiles | undefined {
  const number = (name: string) => Number(variables.get(name) ?? status.get(name) ?? 0) || 0;
  const limit = number('open_files_limit');
  const groups = variables.get('thread_handling') === 'pool-of-threads' ? number('thread_pool_size') : 0;
  const used = number('Open_files') + number('Innodb_num_open_files') + ownFiles + groups;
  const connections = Math.max(0, limit - used);
  return limit > 0 && connections < number('max_connections') ? { connections, limit } : undefined;
}
