import type { DsnParameter, DsnSystem } from './parameter.ts';
import { no, noUse } from './reasons.ts';

const on = /^(?:1|true|on|yes)$/i;
const off = /^(?:0|false|off|no)$/i;

/** What the clients of MySQL take in a URL. */
const client: DsnSystem = {
  name: 'MySQL clients',
  protocol: 'mysql',
  source: 'https://dev.mysql.com/doc/refman/8.4/en/connecting-using-uri-or-key-value-pairs.html',
  parameters: [
    { names: ['user'], as: 'user' },
    { names: ['password'], as: 'password' },
    { names: ['host'], as: 'host' },
    { names: ['port'], as: 'port' },
    { names: ['schema', 'database'], as: 'database' },
    { names: ['socket'], as: 'socket' },
    { names: ['ssl-mode'], as: 'tlsMode' },
    { names: ['ssl-ca'], as: 'ca' },
    { names: ['ssl-cert'], as: 'cert' },
    { names: ['ssl-key'], as: 'key' },
    { names: ['tls-version', 'tls-versions'], as: 'tlsVersions', note: 'from the lowest to the highest of the list' },
    { names: ['connect-timeout'], as: 'connectTimeoutMs', note: '--timeout wins' },
    { names: ['ssl-capath'], refused: no.folder },
    { names: ['ssl-crl', 'ssl-crlpath'], refused: no.revocation },
    { names: ['ssl-cipher', 'tls-ciphers', 'tls-ciphersuites'], refused: no.ciphers },
    { names: ['get-server-public-key'], refused: no.serverKey, harmless: on },
    { names: ['server-public-key-path'], refused: no.serverKey },
    { names: ['auth-method'], refused: no.methods, harmless: /^(?:AUTO|FALLBACK)$/i },
    { names: ['compression', 'compression-algorithms', 'compression-level'], unused: noUse.noCompression },
    { names: ['connection-attributes'], unused: noUse.itsName },
    {
      names: [
        ...['local-infile', 'net-buffer-length', 'max-allowed-packet', 'mysql-plugin-dir', 'ssl-session-cache'],
        ...['plugin-authentication-kerberos-client-mode', 'oci-config-file', 'plugin-authentication-webauthn-device'],
      ],
      unused: noUse.itsDriver,
    },
  ],
};

const mysql2: DsnSystem = {
  name: 'mysql2, mysqljs',
  protocol: 'mysql',
  source: 'https://github.com/sidorares/node-mysql2/blob/master/lib/connection_config.js',
  parameters: [
    { names: ['password1'], as: 'password' },
    { names: ['socketPath'], as: 'socket' },
    {
      names: ['ssl'],
      as: 'tlsSwitch',
      note: 'only rejectUnauthorized and verifyIdentity of an object; no names of profiles',
    },
    { names: ['connectTimeout'], as: 'connectTimeoutMs' },
    { names: ['password2', 'password3'], refused: no.factors },
    { names: ['passwordSha1'], refused: no.hash },
    { names: ['uri'], refused: 'it names a server within the DSN of another' },
    { names: ['localAddress'], refused: no.source },
    { names: ['stream'], refused: no.way },
    {
      names: ['authPlugins', 'authSwitchHandler', 'enableCleartextPlugin', 'insecureAuth'],
      unused: noUse.asServerAsks,
    },
    { names: ['charset', 'charsetNumber'], unused: noUse.itsText },
    { names: ['compress'], unused: noUse.noCompression },
    { names: ['connectAttributes'], unused: noUse.itsName },
    { names: ['enableKeepAlive', 'keepAliveInitialDelay'], unused: noUse.itsWaits },
    {
      names: [
        ...['connectionLimit', 'maxIdle', 'idleTimeout', 'queueLimit', 'waitForConnections', 'acquireTimeout'],
        ...['resetOnRelease', 'gracefulEnd', 'pool'],
      ],
      unused: noUse.itsPool,
    },
    {
      names: [
        ...['bigNumberStrings', 'dateStrings', 'debug', 'decimalNumbers', 'flags', 'infileStreamFactory', 'isServer'],
        ...['localInfile', 'maxPreparedStatements', 'multipleStatements', 'namedPlaceholders', 'nestTables', 'Promise'],
        ...['queryFormat', 'rowsAsArray', 'stringifyObjects', 'supportBigNumbers', 'timezone', 'trace', 'typeCast'],
        ...['disableEval', 'jsonStrings'],
      ],
      unused: noUse.itsDriver,
    },
  ],
};

/** Of its own engine, versions 2 to 6: quaint/src/connector/mysql/url.rs. */
const prisma: DsnSystem = {
  name: 'Prisma (MySQL)',
  protocol: 'mysql',
  source:
    'https://github.com/prisma/prisma-engines/blob/788d38ef44b1fc7d7990233404c4757caf28cc20/quaint/src/connector/mysql/url.rs',
  parameters: [
    { names: ['socket'], as: 'socket' },
    { names: ['sslaccept'], as: 'prismaAccept', note: 'strict is verify-full' },
    { names: ['sslcert'], as: 'cert', note: 'the authority when sslaccept stands beside it' },
    { names: ['sslidentity'], refused: no.identity },
    { names: ['sslpassword'], as: 'keyPassword' },
    { names: ['connect_timeout'], as: 'connectTimeoutSeconds' },
    {
      names: ['connection_limit', 'pool_timeout', 'max_connection_lifetime', 'max_idle_connection_lifetime'],
      unused: noUse.itsPool,
    },
    { names: ['socket_timeout'], unused: noUse.itsWaits },
    { names: ['statement_cache_size', 'prefer_socket'], unused: noUse.itsDriver },
  ],
};

const javaTls: readonly DsnParameter[] = [
  { names: ['sslMode'], as: 'tlsMode' },
  { names: ['useSSL'], as: 'tlsSwitch' },
];

/** PropertyKey.java. */
const connectorJ: DsnSystem = {
  name: 'MySQL Connector/J',
  protocol: 'mysql',
  source:
    'https://github.com/mysql/mysql-connector-j/blob/0e0f6583547746cbd8e2e1d8d5eaa14fda04e048/src/main/core-api/java/com/mysql/cj/conf/PropertyKey.java',
  parameters: [
    { names: ['user'], as: 'user' },
    { names: ['password', 'password1'], as: 'password' },
    { names: ['host'], as: 'host' },
    { names: ['port'], as: 'port' },
    { names: ['dbname'], as: 'database' },
    ...javaTls,
    { names: ['requireSSL'], as: 'tlsRequired' },
    { names: ['verifyServerCertificate'], as: 'checkAuthority' },
    { names: ['tlsVersions', 'enabledTLSProtocols'], as: 'tlsVersions' },
    { names: ['connectTimeout'], as: 'connectTimeoutMs' },
    { names: ['password2', 'password3'], refused: no.factors },
    { names: ['protocol'], refused: no.way, harmless: /^tcp$/i },
    { names: ['dnsSrv'], refused: no.way, harmless: off },
    {
      names: ['path', 'namedPipePath', 'type', 'address', 'priority', 'propertiesTransform', 'socketFactory'],
      refused: no.way,
    },
    { names: ['socksProxyHost', 'socksProxyPort', 'socksProxyRemoteDns'], refused: no.way },
    { names: ['localSocketAddress'], refused: no.source },
    { names: ['sessionVariables'], refused: no.statements },
    { names: ['trustCertificateKeyStoreUrl', 'clientCertificateKeyStoreUrl'], refused: no.javaStore },
    { names: ['fallbackToSystemTrustStore'], refused: no.javaStore, harmless: on },
    { names: ['tlsCiphersuites', 'enabledSSLCipherSuites'], refused: no.ciphers },
    { names: ['serverRSAPublicKeyFile'], refused: no.serverKey },
    { names: ['allowPublicKeyRetrieval'], refused: no.serverKey, harmless: on },
    { names: ['disabledAuthenticationPlugins'], refused: no.methods },
    { names: ['authenticationPlugins', 'defaultAuthenticationPlugin'], unused: noUse.asServerAsks },
    { names: ['databaseTerm'], unused: 'a schema of MySQL is its database' },
    { names: ['createDatabaseIfNotExist'], unused: 'poolctl creates no database' },
    { names: ['connectionAttributes'], unused: noUse.itsName },
    { names: ['useCompression'], unused: noUse.noCompression },
    {
      names: ['characterEncoding', 'characterSetResults', 'connectionCollation', 'passwordCharacterEncoding'],
      unused: noUse.itsText,
    },
    { names: ['socketTimeout', 'tcpKeepAlive', 'tcpNoDelay', 'enableQueryTimeouts'], unused: noUse.itsWaits },
    {
      names: [
        ...['allowLoadLocalInfile', 'allowLoadLocalInfileInPath', 'allowMultiQueries', 'allowNanAndInf'],
        ...['allowReplicaDownConnections', 'allowSlaveDownConnections', 'allowSourceDownConnections'],
        ...['allowMasterDownConnections', 'allowUrlInLocalInfile', 'alwaysSendSetIsolation'],
        ...['authenticationFidoCallbackHandler', 'authenticationWebAuthnCallbackHandler', 'autoClosePStmtStreams'],
        ...['autoDeserialize', 'autoGenerateTestcaseScript', 'autoReconnect', 'autoReconnectForPools', 'autoSlowLog'],
        ...['blobsAreStrings', 'blobSendChunkSize', 'cacheCallableStmts', 'cacheDefaultTimeZone'],
        ...['cacheDefaultTimezone', 'cachePrepStmts', 'cacheResultSetMetadata', 'cacheServerConfiguration'],
        ...['callableStmtCacheSize', 'clientCertificateKeyStorePassword', 'clientCertificateKeyStoreType'],
        ...['clientInfoProvider', 'clobberStreamingResults', 'clobCharacterEncoding'],
        ...['compensateOnDuplicateKeyUpdateCounts', 'connectionLifecycleInterceptors', 'connectionTimeZone'],
        ...['serverTimezone', 'continueBatchOnError', 'customCharsetMapping', 'defaultFetchSize'],
        ...['detectCustomCollations', 'disconnectOnExpiredPasswords', 'dontCheckOnDuplicateKeyUpdateInSQL'],
        ...['dontTrackOpenResources', 'dumpQueriesOnException', 'elideSetAutoCommits', 'emptyStringsConvertToZero'],
        ...['emulateLocators', 'emulateUnsupportedPstmts', 'enableEscapeProcessing', 'enablePacketDebug'],
        ...['exceptionInterceptors', 'explainSlowQueries', 'failOverReadOnly', 'fallbackToSystemKeyStore'],
        ...['forceConnectionTimeZoneToSession', 'functionsNeverReturnBlobs', 'gatherPerfMetrics'],
        ...['generateSimpleParameterMetadata', 'getProceduresReturnsFunctions', 'ha.enableJMX', 'haEnableJMX'],
        ...[
          'ha.loadBalanceStrategy',
          'haLoadBalanceStrategy',
          'holdResultsOpenOverStatementClose',
          'ignoreNonTxTables',
        ],
        ...['includeInnodbStatusInDeadlockExceptions', 'includeThreadDumpInDeadlockExceptions'],
        ...['includeThreadNamesAsStatementComment', 'initialTimeout', 'interactiveClient', 'jdbcCompliantTruncation'],
        ...['largeRowSizeThreshold', 'ldapServerHostname', 'loadBalanceAutoCommitStatementRegex'],
        ...['loadBalanceAutoCommitStatementThreshold', 'loadBalanceBlocklistTimeout', 'loadBalanceBlacklistTimeout'],
        ...['loadBalanceConnectionGroup', 'loadBalanceExceptionChecker', 'loadBalanceHostRemovalGracePeriod'],
        ...['loadBalancePingTimeout', 'loadBalanceSQLExceptionSubclassFailover', 'loadBalanceSQLStateFailover'],
        ...['loadBalanceValidateConnectionOnSwapServer', 'locatorFetchBufferSize', 'logger', 'logSlowQueries'],
        ...['logXaCommands', 'maintainTimeStats', 'maxAllowedPacket', 'maxQuerySizeToLog', 'maxReconnects', 'maxRows'],
        ...['metadataCacheSize', 'netTimeoutForStreamingResults', 'noAccessToProcedureBodies', 'noDatetimeStringSync'],
        ...['nullDatabaseMeansCurrent', 'nullCatalogMeansCurrent', 'ociConfigFile', 'ociConfigProfile'],
        ...['overrideSupportsIntegrityEnhancementFacility', 'packetDebugBufferSize', 'padCharsWithSpace', 'paranoid'],
        ...[
          'parseInfoCacheFactory',
          'pedantic',
          'pinGlobalTxToPhysicalConnection',
          'populateInsertRowWithDefaultValues',
        ],
        ...['prepStmtCacheSize', 'prepStmtCacheSqlLimit', 'preserveInstants', 'processEscapeCodesForPrepStmts'],
        ...['profilerEventHandler', 'profileSQL', 'queriesBeforeRetrySource', 'queriesBeforeRetryMaster'],
        ...['queryInterceptors', 'queryTimeoutKillsConnection', 'readFromSourceWhenNoReplicas'],
        ...['readFromMasterWhenNoSlaves', 'readOnlyPropagatesToServer', 'reconnectAtTxEnd'],
        ...['replicationConnectionGroup', 'reportMetricsIntervalMillis', 'resourceId', 'resultSetSizeThreshold'],
        ...['retriesAllDown', 'rewriteBatchedStatements', 'rollbackOnPooledClose', 'scrollTolerantForwardOnly'],
        ...['secondsBeforeRetrySource', 'secondsBeforeRetryMaster', 'selfDestructOnPingMaxOperations'],
        ...['selfDestructOnPingSecondsLifetime', 'sendFractionalSeconds', 'sendFractionalSecondsForTime'],
        ...['serverAffinityOrder', 'serverConfigCacheFactory', 'slowQueryThresholdMillis', 'slowQueryThresholdNanos'],
        ...['strictUpdates', 'tcpRcvBuf', 'tcpSndBuf', 'tcpTrafficClass', 'tinyInt1isBit', 'traceProtocol'],
        ...['trackSessionState', 'transformedBitIsBoolean', 'treatUtilDateAsTimestamp'],
        ...['trustCertificateKeyStorePassword', 'trustCertificateKeyStoreType', 'ultraDevHack', 'useAffectedRows'],
        ...['useColumnNamesInFindColumn', 'useConfigs', 'useCursorFetch', 'useHostsInPrivileges'],
        ...['useInformationSchema', 'useLocalSessionState', 'useLocalTransactionState', 'useNanosForElapsedTime'],
        ...['useOldAliasMetadataBehavior', 'useOnlyServerErrorMessages', 'useReadAheadInput', 'useServerPrepStmts'],
        ...['useStreamLengthsInPrepStmts', 'useUnbufferedInput', 'useUsageAdvisor', 'yearIsDateType'],
        ...['zeroDateTimeBehavior'],
      ],
      unused: noUse.itsDriver,
    },
  ],
};

/** Both of MariaDB's connectors, whose names mostly agree. */
const mariadbConnectors: DsnSystem = {
  name: 'MariaDB connectors (Java, Node.js)',
  protocol: 'mysql',
  source:
    'https://github.com/mariadb-corporation/mariadb-connector-j/blob/010fd3bcf4e67d3e7e7a87277e63694a98d9157c/src/main/resources/driver.properties',
  parameters: [
    { names: ['database'], as: 'database' },
    { names: ['localSocket'], as: 'socket' },
    ...javaTls,
    { names: ['trustServerCertificate'], as: 'trustAny' },
    { names: ['disableSslHostnameVerification'], refused: 'write sslMode=verify-ca instead', harmless: off },
    { names: ['serverSslCert'], as: 'ca', note: 'the path of a PEM file' },
    { names: ['enabledSslProtocolSuites'], as: 'tlsVersions' },
    { names: ['keyStore', 'trustStore'], refused: no.javaStore },
    { names: ['serverRsaPublicKeyFile', 'rsaPublicKey', 'cachingRsaPublicKey'], refused: no.serverKey },
    { names: ['restrictedAuth'], refused: no.methods },
    { names: ['credentialType'], refused: no.methods },
    { names: ['pipe', 'tlsSocketType'], refused: no.way },
    { names: ['initSql'], refused: no.statements },
    { names: ['collation'], unused: noUse.itsText },
    { names: ['keepAliveDelay', 'queryTimeout', 'pingTimeout', 'tcpAbortiveClose'], unused: noUse.itsWaits },
    { names: ['servicePrincipalName'], unused: noUse.noGss },
    {
      names: [
        ...['poolName', 'maxPoolSize', 'minPoolSize', 'maxIdleTime', 'registerJmxPool', 'poolValidMinDelay'],
        ...['minimumIdle', 'initializationTimeout', 'minDelayValidation', 'noControlAfterUse', 'resetAfterUse'],
        ...['leakDetectionTimeout', 'useResetConnection'],
      ],
      unused: noUse.itsPool,
    },
    {
      names: [
        ...[
          'allowLocalInfile',
          'arrayParenthesis',
          'autoJsonMap',
          'autocommit',
          'bigIntAsNumber',
          'blankTableNameMeta',
        ],
        ...['bulk', 'checkDuplicate', 'checkNumberRange', 'debugCompress', 'debugLen', 'decimalAsNumber', 'foundRows'],
        ...['forceVersionCheck', 'fullResult', 'galeraAllowedState', 'geometryDefaultType', 'insertIdAsNumber'],
        ...['keyStorePassword', 'keyStoreType', 'trustStorePassword', 'trustStoreType', 'logPackets', 'logParam'],
        ...['metaAsArray', 'metaEnumerable', 'permitConnectionWhenExpired', 'permitLocalInfile'],
        ...['permitSetMultiParamEntries', 'pipelining', 'prepareCacheLength', 'returnResultAsPrepare'],
        ...['transactionIsolation', 'transactionReplay', 'useBulkStmts'],
      ],
      unused: noUse.itsDriver,
    },
  ],
};

/** What PyMySQL, mysqlclient, asyncmy, aiomysql and mysql-connector-python take, and the engine's own. */
const sqlAlchemy: DsnSystem = {
  name: 'SQLAlchemy (MySQL)',
  protocol: 'mysql',
  source: 'https://docs.sqlalchemy.org/en/20/dialects/mysql.html',
  parameters: [
    { names: ['db'], as: 'database' },
    { names: ['passwd'], as: 'password' },
    { names: ['unix_socket'], as: 'socket' },
    { names: ['ssl_mode'], as: 'tlsMode' },
    { names: ['ssl_ca'], as: 'ca' },
    { names: ['ssl_cert'], as: 'cert' },
    { names: ['ssl_key'], as: 'key' },
    { names: ['ssl_key_password'], as: 'keyPassword' },
    { names: ['ssl_disabled'], as: 'tlsOff' },
    { names: ['ssl_verify_cert'], as: 'checkAuthority' },
    { names: ['ssl_verify_identity', 'ssl_check_hostname'], as: 'checkName', note: 'true is verify-full' },
    { names: ['connect_timeout', 'connection_timeout'], as: 'connectTimeoutSeconds' },
    { names: ['ssl_capath'], refused: no.folder },
    { names: ['ssl_cipher', 'tls_ciphersuites'], refused: no.ciphers },
    { names: ['tls_versions'], as: 'tlsVersions' },
    { names: ['init_command'], refused: no.statements },
    { names: ['read_default_file', 'read_default_group', 'option_files', 'option_groups'], refused: no.file },
    { names: ['bind_address'], refused: no.source },
    { names: ['named_pipe', 'failover', 'dns_srv'], refused: no.way, harmless: off },
    { names: ['server_public_key'], refused: no.serverKey },
    { names: ['auth_plugin', 'auth_plugin_map'], refused: no.methods },
    { names: ['use_unicode'], unused: noUse.itsText },
    { names: ['program_name', 'conn_attrs'], unused: noUse.itsName },
    { names: ['read_timeout', 'write_timeout'], unused: noUse.itsWaits },
    {
      names: ['pool_size', 'max_overflow', 'pool_recycle', 'pool_pre_ping', 'pool_name', 'pool_reset_session'],
      unused: noUse.itsPool,
    },
    {
      names: [
        ...['allow_local_infile', 'binary_prefix', 'buffered', 'client_flag', 'client_flags', 'connection_timezone'],
        ...['conv', 'cursorclass', 'defer_connect', 'local_infile', 'max_allowed_packet', 'raise_on_warnings'],
        ...['sql_mode', 'time_zone', 'use_pure', 'converter_class', 'consume_results'],
      ],
      unused: noUse.itsDriver,
    },
  ],
};

/** Of the adapters mysql2 and trilogy of Active Record. */
const rails: DsnSystem = {
  name: 'Rails (MySQL)',
  protocol: 'mysql',
  source: 'https://github.com/brianmario/mysql2#connection-options',
  parameters: [
    { names: ['username'], as: 'user' },
    { names: ['sslmode'], as: 'tlsMode' },
    { names: ['sslca'], as: 'ca' },
    { names: ['sslcert'], as: 'cert' },
    { names: ['sslkey'], as: 'key' },
    { names: ['sslverify'], as: 'checkAuthority' },
    { names: ['tls_min_version'], as: 'leastTls' },
    { names: ['sslcapath'], refused: no.folder },
    { names: ['sslcipher'], refused: no.ciphers },
    { names: ['default_file', 'default_group'], refused: no.file },
    { names: ['variables'], refused: no.statements },
    { names: ['get_server_public_key'], refused: no.serverKey, harmless: on },
    { names: ['default_auth', 'secure_auth', 'enable_cleartext_plugin'], unused: noUse.asServerAsks },
    { names: ['encoding'], unused: noUse.itsText },
    { names: ['connect_attrs'], unused: noUse.itsName },
    {
      names: [
        ...['max_connections', 'min_connections', 'checkout_timeout', 'idle_timeout', 'reaping_frequency'],
        ...['max_age', 'keepalive', 'pool_jitter'],
      ],
      unused: noUse.itsPool,
    },
    {
      names: [
        ...[
          'adapter',
          'prepared_statements',
          'statement_limit',
          'advisory_locks',
          'strict',
          'reconnect',
          'automatic_close',
        ],
        ...['replica', 'database_tasks', 'migrations_paths', 'schema_cache_path', 'schema_dump', 'query_cache'],
      ],
      unused: noUse.itsDriver,
    },
  ],
};

/** What Symfony's DSNs have beside those of PHP's mysqli. */
const doctrine: DsnSystem = {
  name: 'Doctrine (MySQL)',
  protocol: 'mysql',
  source: 'https://www.doctrine-project.org/projects/doctrine-dbal/en/4.2/reference/configuration.html',
  parameters: [
    { names: ['serverVersion', 'persistent', 'driver'], unused: noUse.itsDriver },
    { names: ['charset'], unused: noUse.itsText },
  ],
};

/** The words of libpq, for MySQL and MariaDB too. */
const ours: DsnSystem = {
  name: 'poolctl (MySQL)',
  protocol: 'mysql',
  source: 'https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS',
  parameters: [
    { names: ['sslmode'], as: 'tlsMode' },
    { names: ['sslrootcert'], as: 'ca' },
    { names: ['sslcert'], as: 'cert' },
    { names: ['sslkey'], as: 'key' },
    { names: ['sslpassword'], as: 'keyPassword' },
    { names: ['connect_timeout'], as: 'connectTimeoutSeconds' },
  ],
};

export const mysqlSystems = [client, ours, mysql2, prisma, connectorJ, mariadbConnectors, sqlAlchemy, rails, doctrine];
