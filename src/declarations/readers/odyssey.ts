import type { DeclaredEntry } from '../entry.ts';
import type { PickedOption, PoolSection, Reader } from '../reader.ts';
import { entriesBelow } from '../sections.ts';
import { inPlaces, leastBound, type OptionPlace } from './places.ts';

const rule = /^database\.(.+)\.user\.(.+)(?=\.\w+$)/;

const places: readonly OptionPlace[] = [
  {
    keys: /^(\w+)$/,
    named: 'user',
    reads: [
      ...['pool', 'pool_size', 'min_pool_size', 'pool_timeout', 'pool_ttl', 'server_lifetime'],
      ...['pool_idle_in_transaction_timeout', 'client_max'],
    ],
  },
];

/** odyssey.conf: the pool of one `database { user { } }`, with what stands at the top and in its shared pool. */
export const odysseyReader: Reader = {
  title: 'Odyssey',
  formats: ['odyssey'],
  drivers: ['odyssey'],
  isTyped: true,
  login: [
    'authentication',
    'auth_*',
    'password',
    'password_passthrough',
    'storage',
    'storage_*',
    'storage.*',
    'listen.*',
    'ldap_*',
    'role',
    'hba_file',
    'unix_socket_*',
    'pid_file',
    'locks_dir',
    'shared_pool',
  ],
  others: {
    include: 'reads another file, which poolctl did not',
    application_name_add_host: 'adds the host of the client to application_name',
    'cancel_*': 'limits cancel requests',
    'catchup_*': 'waits for replicas',
    client_fwd_error: 'hands errors of the server on',
    client_max_routing: 'bounds how many clients look for a server at a time',
    coroutine_stack_size: 'sizes the stack of a client',
    'log_*': 'logs more',
    pool_cancel: 'cancels what a client left running',
    pool_client_idle_timeout: 'ends a client that idles',
    'pool_discard*': 'resets a server connection that is given back',
    pool_notice_after_waiting_ms: 'tells clients that they wait',
    pool_reserve_prepared_statement: 'keeps prepared statements for clients',
    pool_reset_timeout_ms: 'limits the reset of a server connection',
    pool_rollback: 'rolls back what a client left open',
    pool_routing: 'says whom the rule is for',
    pool_smart_discard: 'resets a server connection that is given back',
    quantiles: 'sets which quantiles are logged',
    reserve_session_server_connection: 'keeps a server connection for a client that logs in',
    server_login_retry: 'pauses before the next attempt, in ms',
    target_session_attrs: 'chooses among several servers',
    'graceful_*': 'limits the end',
    workers: 'sets the threads',
    availability_zone: 'chooses among several servers',
    bindwith_reuseport: 'lets several processes listen on one port',
    'cache_*': 'keeps memory for later',
    'conn_drop_options.*': 'ends clients of an old process',
    cpu_affinity: 'chooses processors',
    daemonize: 'runs in the background',
    enable_online_restart: 'lets a new process take over',
    group_checker_interval: 'looks for changes of groups',
    keepalive_usr_timeout: 'limits unanswered data',
    max_sigterms_to_die: 'ends at once after so many signals',
    nodelay: 'sends small packets at once',
    'online_restart_*': 'ends clients of an old process',
    'promhttp_*': 'serves metrics',
    'query_parsing.*': 'reads queries',
    readahead: 'sizes the buffers of sockets',
    resolvers: 'sets the threads that resolve names',
    sequential_routing: 'takes the first rule that matches',
    'soft_oom.*': 'ends clients while memory is short',
    stats_interval: 'sets how often statistics are made',
    virtual_processing: 'answers some queries without a server',
  },
  sections: (entries) => rulesOf(entries),
  pick(entries) {
    const [first, second] = rulesOf(entries);
    const own = first && !second ? first.entries : entries;
    return {
      driver: 'odyssey',
      engine: 'postgres',
      isMarked: entries.some(({ key }) => rule.test(key) || /^storage\..+\.type$/.test(key)),
      options: leastBound(withSharedPool(inPlaces(own, places)), ['client_max']),
    };
  },
};

/** The entries of the rule have keys as they are below it, all others whole ones. */
function rulesOf(entries: readonly DeclaredEntry[]): PoolSection[] {
  const rules = new Set(entries.flatMap(({ key }) => rule.exec(key)?.[0] ?? []));
  const others = entries.filter(({ key }) => !rule.test(key));
  return [...rules]
    .map((at) => ({ at, entries: [...entriesBelow(entries, at), ...others] }))
    .filter(({ entries: own }) => !own.some(({ key, value }) => key === 'pool_routing' && value === 'internal'));
}

/** Its size decides over the one of the rule. */
function withSharedPool(options: readonly PickedOption[]): PickedOption[] {
  const name = options.find(({ key }) => key === 'shared_pool')?.value;
  const size = options.find(({ key }) => name !== undefined && key === `shared_pool.${name}.pool_size`);
  return options.flatMap((option): PickedOption[] => {
    if (option === size) return [{ ...option, name: 'shared_pool.pool_size' }];
    if (option.key.startsWith('shared_pool.')) return [];
    if (size && option.name === 'pool_size') return [{ ...option, misplaced: `${size.key} decides` }];
    return [option];
  });
}
