/** Where the operating system's limit of open files lets in fewer than max_connections was set to. */
export interface OpenFiles {
  /** How many connections there can be, those there included. */
  readonly connections: number;
  readonly limit: number;
  /** What max_connections is set to; left out where the server has lowered it at its start, and nothing says what was asked for. */
  readonly from?: number;
}

/** What a server keeps of its open files, in files. */
export interface FilesKept {
  /** Beside tables, logs and connections: standard streams, sockets, pipes and temporary files; a thread pool has one more a group. */
  readonly own: number;
  /** What it takes off the limit at its start, before it lowers max_connections to the rest. */
  readonly atStart: number;
  /** table_open_cache is lowered to this first, where it is above. */
  readonly tableOpenCache: number;
}

/**
 * MySQL and MariaDB lower max_connections at their start to what open files leave, if that is any. Where it is none, or more
 * was open than thought, a client for which no file is left waits, unanswered.
 */
export function connectionsByOpenFiles(
  variables: ReadonlyMap<string, string>,
  status: ReadonlyMap<string, string>,
  kept: FilesKept,
): OpenFiles | undefined {
  const number = (name: string) => Number(variables.get(name) ?? status.get(name) ?? 0) || 0;
  const limit = number('open_files_limit');
  if (limit <= 0) return undefined;
  const from = number('max_connections');
  const groups = variables.get('thread_handling') === 'pool-of-threads' ? number('thread_pool_size') : 0;
  const used = number('Open_files') + number('Innodb_num_open_files') + kept.own + groups;
  const connections = Math.max(0, limit - used);
  if (connections < from) return { connections, limit, from };
  const wasLowered = from === limit - kept.atStart && number('table_open_cache') <= kept.tableOpenCache;
  return wasLowered ? { connections: from, limit } : undefined;
}
