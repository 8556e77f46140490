import type { DsnSystem } from './parameter.ts';
import { no, noUse } from './reasons.ts';

const on = /^(?:1|true|on|yes)$/i;
const off = /^(?:0|false|off|no)$/i;

/** PostgreSQL 18, chapter 32.1.2 with 32.15 for the variables; `servicefile` is of 19. */
const libpq: DsnSystem = {
  name: 'libpq',
  protocol: 'postgres',
  source: 'https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS',
  parameters: [
    { names: ['host'], env: 'PGHOST', as: 'host', note: 'several, with commas between them, are tried in turn' },
    { names: ['hostaddr'], env: 'PGHOSTADDR', as: 'hostAddress', note: 'the certificate is held against `host`' },
    { names: ['port'], env: 'PGPORT', as: 'port' },
    { names: ['dbname'], env: 'PGDATABASE', as: 'database' },
    { names: ['user'], env: 'PGUSER', as: 'user' },
    { names: ['password'], env: 'PGPASSWORD', as: 'password' },
    {
      names: ['passfile'],
      env: 'PGPASSFILE',
      as: 'passwordFile',
      note: '`~/.pgpass` without it; not read when others than its owner may read it',
    },
    { names: ['service'], env: 'PGSERVICE', as: 'service', note: 'from `~/.pg_service.conf`, then `PGSYSCONFDIR`' },
    { names: ['servicefile'], env: 'PGSERVICEFILE', as: 'serviceFile' },
    { names: ['options'], env: 'PGOPTIONS', as: 'options' },
    {
      names: ['target_session_attrs'],
      env: 'PGTARGETSESSIONATTRS',
      as: 'wantedServer',
      note: 'decided once, at the start: all sessions go to the host that was found',
    },
    { names: ['load_balance_hosts'], env: 'PGLOADBALANCEHOSTS', as: 'hostOrder', note: 'one host for all sessions' },
    { names: ['connect_timeout'], env: 'PGCONNECT_TIMEOUT', as: 'connectTimeoutSeconds', note: '--timeout wins' },
    { names: ['sslmode'], env: 'PGSSLMODE', as: 'tlsMode', note: '--sslmode wins; allow is taken as prefer' },
    { names: ['requiressl'], env: 'PGREQUIRESSL', as: 'tlsRequired' },
    {
      names: ['sslrootcert'],
      env: 'PGSSLROOTCERT',
      as: 'ca',
      note: '--ca wins; `~/.postgresql/root.crt` without it, from sslmode=require on; `system` takes the authorities that Node.js knows, and means verify-full',
    },
    { names: ['sslcert'], env: 'PGSSLCERT', as: 'cert' },
    { names: ['sslkey'], env: 'PGSSLKEY', as: 'key' },
    { names: ['sslpassword'], as: 'keyPassword' },
    { names: ['sslcertmode'], env: 'PGSSLCERTMODE', as: 'certMode', note: 'require is refused' },
    { names: ['sslcrl'], env: 'PGSSLCRL', as: 'revoked' },
    { names: ['sslcrldir'], env: 'PGSSLCRLDIR', refused: 'poolctl reads one file: name it with sslcrl' },
    { names: ['ssl_min_protocol_version'], env: 'PGSSLMINPROTOCOLVERSION', as: 'leastTls' },
    { names: ['ssl_max_protocol_version'], env: 'PGSSLMAXPROTOCOLVERSION', as: 'mostTls' },
    { names: ['sslnegotiation'], env: 'PGSSLNEGOTIATION', as: 'tlsNegotiation' },
    { names: ['channel_binding'], env: 'PGCHANNELBINDING', as: 'channelBinding' },
    { names: ['require_auth'], env: 'PGREQUIREAUTH', as: 'requireAuth', note: 'checked before the password is sent' },
    {
      names: ['sslsni'],
      env: 'PGSSLSNI',
      refused: 'poolctl always tells the server which host it asks for',
      harmless: on,
    },
    { names: ['requirepeer'], env: 'PGREQUIREPEER', refused: 'poolctl cannot see whose process has a socket' },
    {
      names: ['gssencmode'],
      env: 'PGGSSENCMODE',
      refused: no.kerberos,
      harmless: /^(?:disable|prefer)$/,
    },
    { names: ['replication'], refused: 'such a session takes no SQL', harmless: off },
    {
      names: ['min_protocol_version'],
      env: 'PGMINPROTOCOLVERSION',
      refused: 'poolctl speaks version 3.0 of the protocol',
      harmless: /^3\.0$/,
    },
    {
      names: ['scram_client_key', 'scram_server_key'],
      refused: no.hash,
    },
    { names: ['oauth_issuer', 'oauth_client_id', 'oauth_client_secret', 'oauth_scope'], refused: no.oauth },
    { names: ['max_protocol_version'], unused: 'poolctl speaks version 3.0 of the protocol' },
    { names: ['application_name', 'fallback_application_name'], unused: noUse.itsName },
    { names: ['client_encoding'], unused: noUse.itsText },
    {
      names: ['keepalives', 'keepalives_idle', 'keepalives_interval', 'keepalives_count', 'tcp_user_timeout'],
      unused: noUse.itsWaits,
    },
    { names: ['krbsrvname', 'gsslib', 'gssdelegation'], unused: noUse.noGss },
    { names: ['sslcompression'], unused: noUse.noCompression },
    { names: ['sslkeylogfile'], unused: 'poolctl writes no keys to a file' },
  ],
};

const nodePostgres: DsnSystem = {
  name: 'node-postgres',
  protocol: 'postgres',
  source: 'https://github.com/brianc/node-postgres/blob/master/packages/pg/lib/connection-parameters.js',
  parameters: [
    { names: ['ssl'], as: 'tlsSwitch', note: 'true is require, as in libpq; in a jdbc: URL verify-full' },
    { names: ['uselibpqcompat'], unused: 'poolctl always reads sslmode as libpq does' },
    { names: ['encoding'], unused: noUse.itsText },
    {
      names: ['statement_timeout', 'lock_timeout', 'query_timeout', 'idle_in_transaction_session_timeout'],
      unused: noUse.itsWaits,
    },
    { names: ['connectionTimeoutMillis', 'keepAlive', 'keepAliveInitialDelayMillis'], unused: noUse.itsWaits },
    {
      names: ['max', 'min', 'idleTimeoutMillis', 'maxUses', 'maxLifetimeSeconds', 'allowExitOnIdle'],
      unused: noUse.itsPool,
    },
    { names: ['binary'], unused: noUse.itsDriver },
  ],
};

/** Of its own engine, versions 2 to 6: quaint/src/connector/postgres/url.rs. */
const prisma: DsnSystem = {
  name: 'Prisma (PostgreSQL)',
  protocol: 'postgres',
  source:
    'https://github.com/prisma/prisma-engines/blob/0d495ae9180553eaffd1caabaf54382b6188cdd6/quaint/src/connector/postgres/url.rs',
  parameters: [
    { names: ['schema'], as: 'schema', note: 'the search_path of every session' },
    { names: ['host'], as: 'host' },
    { names: ['sslmode'], as: 'tlsMode' },
    { names: ['sslaccept'], as: 'prismaAccept', note: 'strict is verify-full' },
    { names: ['sslcert'], as: 'cert', note: 'the authority when sslaccept stands beside it' },
    { names: ['sslidentity'], refused: no.identity },
    { names: ['sslpassword'], as: 'keyPassword' },
    { names: ['channel_binding'], as: 'channelBinding' },
    { names: ['options'], as: 'options' },
    { names: ['connect_timeout'], as: 'connectTimeoutSeconds' },
    { names: ['application_name'], unused: noUse.itsName },
    {
      names: ['connection_limit', 'pool_timeout', 'max_connection_lifetime', 'max_idle_connection_lifetime'],
      unused: noUse.itsPool,
    },
    { names: ['socket_timeout'], unused: noUse.itsWaits },
    { names: ['pgbouncer', 'statement_cache_size'], unused: noUse.itsDriver },
  ],
};

/** pgjdbc 42.7: PGProperty. */
const pgjdbc: DsnSystem = {
  name: 'PostgreSQL JDBC',
  protocol: 'postgres',
  source: 'https://jdbc.postgresql.org/documentation/use/#connection-parameters',
  parameters: [
    { names: ['user'], as: 'user' },
    { names: ['password'], as: 'password' },
    { names: ['PGHOST'], as: 'host' },
    { names: ['PGPORT'], as: 'port' },
    { names: ['PGDBNAME'], as: 'database' },
    { names: ['service'], as: 'service' },
    { names: ['options'], as: 'options' },
    { names: ['currentSchema'], as: 'searchPath' },
    { names: ['targetServerType'], as: 'wantedServerJava' },
    { names: ['loadBalanceHosts'], as: 'hostOrderJava' },
    { names: ['loginTimeout', 'connectTimeout'], as: 'connectTimeoutSeconds' },
    { names: ['ssl'], as: 'tlsSwitch', note: 'true is verify-full' },
    { names: ['sslmode'], as: 'tlsMode' },
    {
      names: ['sslfactory'],
      as: 'javaFactory',
      note: 'NonValidatingFactory and the two of the driver; others are refused',
    },
    { names: ['sslrootcert'], as: 'ca' },
    { names: ['sslcert'], as: 'cert' },
    { names: ['sslkey'], as: 'key', note: 'PEM; a PKCS-8 (DER) key is refused' },
    { names: ['sslpassword'], as: 'keyPassword' },
    { names: ['sslNegotiation'], as: 'tlsNegotiation' },
    { names: ['channelBinding'], as: 'channelBinding' },
    { names: ['requireAuth'], as: 'requireAuth' },
    { names: ['gssEncMode'], refused: no.kerberos, harmless: /^(?:disable|prefer|allow)$/i },
    { names: ['replication'], refused: 'such a session takes no SQL', harmless: off },
    { names: ['socketFactory'], refused: no.way },
    { names: ['localSocketAddress'], refused: no.source },
    { names: ['sslAlias'], refused: no.javaStore },
    { names: ['authenticationPluginClassName'], refused: no.methods },
    {
      names: ['sslhostnameverifier', 'sslfactoryarg'],
      refused: 'poolctl cannot run the code of Java that checks the server',
    },
    { names: ['ApplicationName', 'assumeMinServerVersion'], unused: noUse.itsName },
    { names: ['allowEncodingChanges'], unused: noUse.itsText },
    {
      names: [
        ...['socketTimeout', 'cancelSignalTimeout', 'tcpKeepAlive', 'tcpNoDelay', 'sslResponseTimeout', 'queryTimeout'],
        ...['gssResponseTimeout', 'hostRecheckSeconds'],
      ],
      unused: noUse.itsWaits,
    },
    {
      names: [
        ...['gsslib', 'gssUseDefaultCreds', 'jaasApplicationName', 'jaasLogin', 'kerberosServerName'],
        ...['sspiServiceClass', 'useSpnego'],
      ],
      unused: noUse.noGss,
    },
    {
      names: [
        ...['adaptiveFetch', 'adaptiveFetchMaximum', 'adaptiveFetchMinimum', 'autosave', 'binaryTransfer'],
        ...['binaryTransferDisable', 'binaryTransferEnable', 'cleanupSavepoints', 'convertBooleanToNumeric'],
        ...['databaseMetadataCacheFields', 'databaseMetadataCacheFieldsMiB', 'defaultRowFetchSize'],
        ...['disableColumnSanitiser', 'escapeSyntaxCallMode', 'groupStartupParameters', 'hideUnprivilegedObjects'],
        ...['loggerFile', 'loggerLevel', 'logServerErrorDetail', 'logUnclosedConnections', 'maxResultBuffer'],
        ...['maxSendBufferSize', 'preferQueryMode', 'preparedStatementCacheQueries', 'preparedStatementCacheSizeMiB'],
        ...['prepareThreshold', 'protocolVersion', 'quoteReturningIdentifiers', 'readOnly', 'readOnlyMode'],
        ...['receiveBufferSize', 'reWriteBatchedInserts', 'sendBufferSize', 'socketFactoryArg', 'sslpasswordcallback'],
        ...['stringtype', 'unknownLength', 'xmlFactoryFactory', 'pemKeyAlgorithm'],
      ],
      unused: noUse.itsDriver,
    },
  ],
};

/** `postgresql+psycopg2://` takes what libpq takes; these are of asyncpg and pg8000, and of the engine's own. */
const sqlAlchemy: DsnSystem = {
  name: 'SQLAlchemy (PostgreSQL)',
  protocol: 'postgres',
  source: 'https://docs.sqlalchemy.org/en/20/dialects/postgresql.html',
  parameters: [
    { names: ['host'], as: 'host', note: 'also several times, each with its port' },
    { names: ['database'], as: 'database' },
    { names: ['ssl'], as: 'tlsSwitch', note: 'also the words of sslmode' },
    { names: ['direct_tls'], as: 'tlsDirect' },
    { names: ['passfile'], as: 'passwordFile' },
    { names: ['timeout'], as: 'connectTimeoutSeconds' },
    { names: ['target_session_attrs'], as: 'wantedServer' },
    { names: ['unix_sock'], as: 'socket' },
    { names: ['ssl_context'], refused: 'poolctl cannot run the code of Python that checks the server' },
    { names: ['krbsrvname', 'gsslib'], unused: noUse.noGss },
    { names: ['command_timeout', 'tcp_keepalive'], unused: noUse.itsWaits },
    {
      names: [
        ...['prepared_statement_cache_size', 'prepared_statement_name_func', 'statement_cache_size', 'async_fallback'],
        ...['max_cached_statement_lifetime', 'max_cacheable_statement_size'],
      ],
      unused: noUse.itsDriver,
    },
    { names: ['pool_size', 'max_overflow', 'pool_timeout', 'pool_recycle', 'pool_pre_ping'], unused: noUse.itsPool },
  ],
};

/** Besides those of libpq, which Active Record passes on. */
const rails: DsnSystem = {
  name: 'Rails (PostgreSQL)',
  protocol: 'postgres',
  source: 'https://guides.rubyonrails.org/configuring.html#configuring-a-database',
  parameters: [
    { names: ['username'], as: 'user' },
    { names: ['database'], as: 'database' },
    { names: ['schema_search_path'], as: 'searchPath' },
    { names: ['variables'], refused: no.statements },
    { names: ['encoding'], unused: noUse.itsText },
    {
      names: [
        ...['pool', 'max_connections', 'min_connections', 'checkout_timeout', 'idle_timeout', 'reaping_frequency'],
        ...['max_age', 'keepalive', 'pool_jitter'],
      ],
      unused: noUse.itsPool,
    },
    {
      names: [
        ...['adapter', 'prepared_statements', 'statement_limit', 'advisory_locks', 'min_messages', 'insert_returning'],
        ...['replica', 'database_tasks', 'migrations_paths', 'schema_cache_path', 'schema_dump', 'query_cache'],
      ],
      unused: noUse.itsDriver,
    },
  ],
};

/** What Symfony's DSNs have beside those of libpq. */
const doctrine: DsnSystem = {
  name: 'Doctrine (PostgreSQL)',
  protocol: 'postgres',
  source: 'https://www.doctrine-project.org/projects/doctrine-dbal/en/4.2/reference/configuration.html',
  parameters: [
    { names: ['serverVersion', 'persistent', 'driver'], unused: noUse.itsDriver },
    { names: ['charset'], unused: noUse.itsText },
  ],
};

/** The words of MySQL's clients and drivers, for PostgreSQL too. */
const ours: DsnSystem = {
  name: 'poolctl (PostgreSQL)',
  protocol: 'postgres',
  source: 'https://dev.mysql.com/doc/refman/8.4/en/connecting-using-uri-or-key-value-pairs.html',
  parameters: [
    { names: ['socket', 'socketPath', 'unix_socket'], as: 'socket', note: 'the path of the socket itself' },
    { names: ['ssl-mode', 'ssl_mode'], as: 'tlsMode' },
    { names: ['useSSL'], as: 'tlsSwitch' },
    { names: ['ssl-ca', 'sslca'], as: 'ca' },
    { names: ['ssl-cert'], as: 'cert' },
    { names: ['ssl-key'], as: 'key' },
  ],
};

export const postgresSystems = [libpq, ours, nodePostgres, prisma, pgjdbc, sqlAlchemy, rails, doctrine];
