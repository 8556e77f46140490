/** Where the operating system's limit of open files lets in fewer than max_connections. */
export interface OpenFiles {
  /** How many connections the files that are left allow, those there included. */
  readonly connections: number;
  readonly limit: number;
}

/**
 * The server does not lower max_connections where open files are few (MySQL does so at its start where more than 810 are
 * allowed): a client for which none is left waits, unanswered.
 *
 * `ownFiles`: what it has open beside tables, logs and connections, which is its standard streams, sockets, pipes and
 * temporary files; a thread pool has one more for each of its groups.
 */
export function connectionsByOpenFiles(
  variables: ReadonlyMap<string, string>,
  status: ReadonlyMap<string, string>,
  ownFiles: number,
): OpenFiles | undefined {
  const number = (name: string) => Number(variables.get(name) ?? status.get(name) ?? 0) || 0;
  const limit = number('open_files_limit');
  const groups = variables.get('thread_handling') === 'pool-of-threads' ? number('thread_pool_size') : 0;
  const used = number('Open_files') + number('Innodb_num_open_files') + ownFiles + groups;
  const connections = Math.max(0, limit - used);
  return limit > 0 && connections < number('max_connections') ? { connections, limit } : undefined;
}
