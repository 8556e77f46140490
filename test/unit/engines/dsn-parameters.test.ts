import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { dsnSystems, parameterNamed } from '../../../src/engines/dsn/systems.ts';
import { parseDsn } from '../../../src/engines/dsn.ts';
import type { Protocol } from '../../../src/engines/target.ts';

const words = (text: string) => text.trim().split(/\s+/);

/** What each system documents, copied from the place named, apart from poolctl's own table. */
const published: readonly { system: string; protocol: Protocol; source: string; names: readonly string[] }[] = [
  {
    system: 'libpq',
    protocol: 'postgres',
    // PQconninfoOptions, without the marks of its own debugging.
    source: 'postgres/postgres REL_18_STABLE src/interfaces/libpq/fe-connect.c',
    names: words(`
      service user password passfile channel_binding connect_timeout dbname host hostaddr port client_encoding options
      application_name fallback_application_name keepalives keepalives_idle keepalives_interval keepalives_count
      tcp_user_timeout sslmode sslnegotiation sslcompression sslcert sslkey sslcertmode sslpassword sslrootcert sslcrl
      sslcrldir sslsni requirepeer require_auth min_protocol_version max_protocol_version ssl_min_protocol_version
      ssl_max_protocol_version gssencmode krbsrvname gsslib gssdelegation replication target_session_attrs
      load_balance_hosts scram_client_key scram_server_key oauth_issuer oauth_client_id oauth_client_secret oauth_scope
      sslkeylogfile requiressl servicefile`),
  },
  {
    system: 'Prisma',
    protocol: 'postgres',
    source: 'prisma/prisma-engines 0d495ae quaint/src/connector/postgres/url.rs parse_query_params',
    names: words(`
      pgbouncer sslmode sslcert sslidentity sslpassword statement_cache_size sslaccept schema connection_limit host
      socket_timeout connect_timeout pool_timeout max_connection_lifetime max_idle_connection_lifetime application_name
      channel_binding options`),
  },
  {
    system: 'Prisma',
    protocol: 'mysql',
    source: 'prisma/prisma-engines 788d38e quaint/src/connector/mysql/url.rs parse_query_params',
    names: words(`
      connection_limit statement_cache_size sslcert sslidentity sslpassword socket socket_timeout prefer_socket
      connect_timeout pool_timeout sslaccept max_connection_lifetime max_idle_connection_lifetime`),
  },
  {
    system: 'PostgreSQL JDBC',
    protocol: 'postgres',
    source: 'pgjdbc/pgjdbc 00bf6f6 pgjdbc/src/main/java/org/postgresql/PGProperty.java',
    names: words(`
      adaptiveFetch adaptiveFetchMaximum adaptiveFetchMinimum allowEncodingChanges ApplicationName assumeMinServerVersion
      authenticationPluginClassName autosave binaryTransfer binaryTransferDisable binaryTransferEnable cancelSignalTimeout
      cleanupSavepoints connectTimeout currentSchema databaseMetadataCacheFields databaseMetadataCacheFieldsMiB
      defaultRowFetchSize disableColumnSanitiser escapeSyntaxCallMode groupStartupParameters gssEncMode gsslib
      gssResponseTimeout hideUnprivilegedObjects hostRecheckSeconds jaasApplicationName jaasLogin kerberosServerName
      loadBalanceHosts localSocketAddress loggerFile loggerLevel loginTimeout logServerErrorDetail logUnclosedConnections
      maxResultBuffer options password PGDBNAME PGHOST PGPORT preferQueryMode preparedStatementCacheQueries
      preparedStatementCacheSizeMiB prepareThreshold protocolVersion quoteReturningIdentifiers readOnly readOnlyMode
      receiveBufferSize replication reWriteBatchedInserts sendBufferSize service socketFactory socketFactoryArg
      socketTimeout ssl sslcert sslfactory sslfactoryarg sslhostnameverifier sslkey sslmode sslpassword
      sslpasswordcallback sslResponseTimeout sslrootcert sslAlias sspiServiceClass stringtype targetServerType
      tcpKeepAlive tcpNoDelay unknownLength user useSpnego xmlFactoryFactory`),
  },
  {
    system: 'MySQL Connector/J',
    protocol: 'mysql',
    source:
      'mysql/mysql-connector-j 0e0f658 src/main/core-api/java/com/mysql/cj/conf/PropertyKey.java, besides xdevapi.*',
    names: words(`
      user password host port protocol path namedPipePath type address priority dbname allowLoadLocalInfile
      allowLoadLocalInfileInPath allowMultiQueries allowNanAndInf allowPublicKeyRetrieval allowReplicaDownConnections
      allowSlaveDownConnections allowSourceDownConnections allowMasterDownConnections allowUrlInLocalInfile
      alwaysSendSetIsolation authenticationFidoCallbackHandler authenticationPlugins autoClosePStmtStreams autoDeserialize
      autoGenerateTestcaseScript autoReconnect autoReconnectForPools autoSlowLog blobsAreStrings blobSendChunkSize
      cacheCallableStmts cacheDefaultTimeZone cacheDefaultTimezone cachePrepStmts cacheResultSetMetadata
      cacheServerConfiguration callableStmtCacheSize characterEncoding characterSetResults
      clientCertificateKeyStorePassword clientCertificateKeyStoreType clientCertificateKeyStoreUrl clientInfoProvider
      clobberStreamingResults clobCharacterEncoding compensateOnDuplicateKeyUpdateCounts connectionAttributes
      connectionCollation connectionLifecycleInterceptors connectionTimeZone serverTimezone connectTimeout
      continueBatchOnError createDatabaseIfNotExist customCharsetMapping databaseTerm defaultAuthenticationPlugin
      defaultFetchSize detectCustomCollations disabledAuthenticationPlugins disconnectOnExpiredPasswords dnsSrv
      dontCheckOnDuplicateKeyUpdateInSQL dontTrackOpenResources dumpQueriesOnException elideSetAutoCommits
      emptyStringsConvertToZero emulateLocators emulateUnsupportedPstmts enableEscapeProcessing enablePacketDebug
      enableQueryTimeouts exceptionInterceptors explainSlowQueries failOverReadOnly fallbackToSystemKeyStore
      fallbackToSystemTrustStore forceConnectionTimeZoneToSession functionsNeverReturnBlobs gatherPerfMetrics
      generateSimpleParameterMetadata getProceduresReturnsFunctions ha.enableJMX haEnableJMX ha.loadBalanceStrategy
      haLoadBalanceStrategy holdResultsOpenOverStatementClose ignoreNonTxTables includeInnodbStatusInDeadlockExceptions
      includeThreadDumpInDeadlockExceptions includeThreadNamesAsStatementComment initialTimeout interactiveClient
      jdbcCompliantTruncation largeRowSizeThreshold ldapServerHostname loadBalanceAutoCommitStatementRegex
      loadBalanceAutoCommitStatementThreshold loadBalanceBlocklistTimeout loadBalanceBlacklistTimeout
      loadBalanceConnectionGroup loadBalanceExceptionChecker loadBalanceHostRemovalGracePeriod loadBalancePingTimeout
      loadBalanceSQLExceptionSubclassFailover loadBalanceSQLStateFailover loadBalanceValidateConnectionOnSwapServer
      localSocketAddress locatorFetchBufferSize logger logSlowQueries logXaCommands maintainTimeStats maxAllowedPacket
      maxQuerySizeToLog maxReconnects maxRows metadataCacheSize netTimeoutForStreamingResults noAccessToProcedureBodies
      noDatetimeStringSync nullDatabaseMeansCurrent nullCatalogMeansCurrent ociConfigFile
      overrideSupportsIntegrityEnhancementFacility packetDebugBufferSize padCharsWithSpace paranoid parseInfoCacheFactory
      password1 password2 password3 passwordCharacterEncoding pedantic pinGlobalTxToPhysicalConnection
      populateInsertRowWithDefaultValues prepStmtCacheSize prepStmtCacheSqlLimit preserveInstants
      processEscapeCodesForPrepStmts profilerEventHandler profileSQL propertiesTransform queriesBeforeRetrySource
      queriesBeforeRetryMaster queryInterceptors queryTimeoutKillsConnection readFromSourceWhenNoReplicas
      readFromMasterWhenNoSlaves readOnlyPropagatesToServer reconnectAtTxEnd replicationConnectionGroup
      reportMetricsIntervalMillis requireSSL resourceId resultSetSizeThreshold retriesAllDown rewriteBatchedStatements
      rollbackOnPooledClose scrollTolerantForwardOnly secondsBeforeRetrySource secondsBeforeRetryMaster
      selfDestructOnPingMaxOperations selfDestructOnPingSecondsLifetime sendFractionalSeconds sendFractionalSecondsForTime
      serverAffinityOrder serverConfigCacheFactory serverRSAPublicKeyFile sessionVariables slowQueryThresholdMillis
      slowQueryThresholdNanos socketFactory socketTimeout socksProxyHost socksProxyPort socksProxyRemoteDns sslMode
      strictUpdates tcpKeepAlive tcpNoDelay tcpRcvBuf tcpSndBuf tcpTrafficClass tinyInt1isBit tlsCiphersuites
      enabledSSLCipherSuites tlsVersions enabledTLSProtocols traceProtocol trackSessionState transformedBitIsBoolean
      treatUtilDateAsTimestamp trustCertificateKeyStorePassword trustCertificateKeyStoreType trustCertificateKeyStoreUrl
      ultraDevHack useAffectedRows useColumnNamesInFindColumn useCompression useConfigs useCursorFetch useHostsInPrivileges
      useInformationSchema useLocalSessionState useLocalTransactionState useNanosForElapsedTime useOldAliasMetadataBehavior
      useOnlyServerErrorMessages useReadAheadInput useServerPrepStmts useSSL useStreamLengthsInPrepStmts useUnbufferedInput
      useUsageAdvisor verifyServerCertificate yearIsDateType zeroDateTimeBehavior`),
  },
  {
    system: 'MariaDB Connector/J',
    protocol: 'mysql',
    source: 'mariadb-corporation/mariadb-connector-j 010fd3b src/main/resources/driver.properties',
    names: words(`
      user password database socketFactory connectTimeout pipe localSocket tcpKeepAlive tcpAbortiveClose localSocketAddress
      socketTimeout allowMultiQueries useCompression blankTableNameMeta credentialType sslMode enabledSslCipherSuites
      sessionVariables tinyInt1isBit yearIsDateType dumpQueriesOnException prepStmtCacheSize useAffectedRows
      useServerPrepStmts connectionAttributes useBulkStmts autocommit includeInnodbStatusInDeadlockExceptions
      includeThreadDumpInDeadlockExceptions servicePrincipalName defaultFetchSize tlsSocketType maxQuerySizeToLog
      retriesAllDown galeraAllowedState enabledSslProtocolSuites pinGlobalTxToPhysicalConnection pool poolName maxPoolSize
      minPoolSize maxIdleTime registerJmxPool poolValidMinDelay useResetConnection serverSslCert serverRsaPublicKeyFile
      allowPublicKeyRetrieval useReadAheadInput cachePrepStmts timezone transactionReplay allowLocalInfile
      geometryDefaultType keyStore keyStorePassword keyStoreType transactionIsolation`),
  },
  {
    system: 'MySQL Shell',
    protocol: 'mysql',
    source: 'https://dev.mysql.com/doc/dev/mysqlsh-api-python/9.0/connection_options.html',
    names: words(`
      ssl-mode ssl-ca ssl-capath ssl-cert ssl-key ssl-crl ssl-crlpath ssl-cipher tls-version tls-ciphers auth-method
      get-server-public-key server-public-key-path connect-timeout compression compression-algorithms compression-level
      connection-attributes local-infile net-buffer-length`),
  },
];

describe('a parameter that is published', () => {
  it.each(published)('is honoured, refused or named in a warning: $system ($protocol)', ({ protocol, names }) => {
    expect(names.filter((name) => !parameterNamed(protocol, name))).toEqual([]);
  });

  it('is so too when only the installed driver names it: mysql2', () => {
    const file = new URL('../../../node_modules/mysql2/lib/connection_config.js', import.meta.url);
    const [, list = ''] = /validOptions = \{([\s\S]*?)\};/.exec(readFileSync(file, 'utf8')) ?? [];
    const names = [...list.matchAll(/^\s*(\w+): 1/gm)].map(([, name = '']) => name);
    expect(names.length).toBeGreaterThan(50);
    expect(names.filter((name) => !parameterNamed('mysql', name))).toEqual([]);
  });
});

const all = dsnSystems.flatMap(({ protocol, parameters }) =>
  parameters.flatMap((parameter) => parameter.names.map((name) => ({ protocol, name, parameter }))),
);
const parse = (protocol: Protocol, name: string, value: string) =>
  parseDsn(`${protocol}://u@db/x?${name}=${value}`, 'it');

describe('the table of parameters', () => {
  it('says one thing of each: followed, refused or of no use', () => {
    for (const { name, parameter } of all) {
      const said = [parameter.as, parameter.refused, parameter.unused].filter((one) => one !== undefined);
      expect([name, said.length]).toEqual([name, 1]);
    }
  });

  it('says the same of a name in every system of a protocol', () => {
    const treated = ({ as, refused, unused }: (typeof all)[number]['parameter']) =>
      as ?? (refused ? 'refused' : unused && 'unused');
    const differing = all.filter(({ protocol, name, parameter }) => {
      const first = parameterNamed(protocol, name);
      return first && treated(first) !== treated(parameter);
    });
    expect(differing.map(({ protocol, name }) => `${protocol} ${name}`)).toEqual([]);
  });

  it('has nothing under "no use" that sounds like place or security', () => {
    const suspicious = all.filter(
      ({ name, parameter }) => parameter.unused && /ssl|tls|cert|verify|host|schema|server/i.test(name),
    );
    expect([...new Set(suspicious.map(({ name }) => name))].sort()).toMatchInlineSnapshot(`
      [
        "assumeMinServerVersion",
        "cacheServerConfiguration",
        "clientCertificateKeyStorePassword",
        "clientCertificateKeyStoreType",
        "gsslib",
        "hostRecheckSeconds",
        "isServer",
        "kerberosServerName",
        "ldapServerHostname",
        "loadBalanceHostRemovalGracePeriod",
        "loadBalanceValidateConnectionOnSwapServer",
        "logServerErrorDetail",
        "readOnlyPropagatesToServer",
        "schema_cache_path",
        "schema_dump",
        "serverAffinityOrder",
        "serverConfigCacheFactory",
        "serverTimezone",
        "serverVersion",
        "ssl-session-cache",
        "sslResponseTimeout",
        "sslcompression",
        "sslkeylogfile",
        "sslpasswordcallback",
        "trustCertificateKeyStorePassword",
        "trustCertificateKeyStoreType",
        "useHostsInPrivileges",
        "useInformationSchema",
        "useOnlyServerErrorMessages",
        "useServerPrepStmts",
      ]
    `);
  });

  it('refuses with the reason, and never with the value', () => {
    for (const { protocol, name, parameter } of all.filter(({ parameter: { refused } }) => refused)) {
      expect(() => parse(protocol, name, 'Zanzibar'), name).toThrow(
        expect.objectContaining({
          code: 'DSN_INVALID',
          message: `it: ${name} cannot be followed: ${parameter.refused}.`,
        }),
      );
    }
  });

  it('names all that are of no use, in one list', () => {
    for (const protocol of ['postgres', 'mysql'] as const) {
      const names = [
        ...new Set(all.filter((one) => one.protocol === protocol && one.parameter.unused).map(({ name }) => name)),
      ];
      const query = names.map((name) => `${name}=1`).join('&');
      expect(parseDsn(`${protocol}://db?${query}`, 'it').unused).toEqual(names);
    }
  });
});

describe('a parameter that nobody knows', () => {
  it('is named, unless it stands where a password may have been cut', () => {
    expect(parseDsn('postgres://db?colour=red', 'it').unused).toEqual(['colour']);
    expect(parseDsn('postgres://db?password=a&Zanzibar=b&Zanzibar2', 'it').unused).toEqual(['one that is not known']);
  });

  it.each(['sslfoo', 'tls_thing', 'x-verify', 'search_path', 'servercert', 'default_schema', 'hostname', 'proxy_url'])(
    'is refused where it sounds like security or place: %s',
    (name) => {
      expect(() => parse('postgres', name, 'x')).toThrow(expect.objectContaining({ code: 'DSN_INVALID' }));
      expect(() => parse('mysql', name, 'x')).toThrow(expect.objectContaining({ code: 'DSN_INVALID' }));
    },
  );
});

describe('what is followed', () => {
  it.each<[string, object]>([
    ['postgresql+asyncpg://u@db/x?ssl=verify-full&timeout=3', { tlsMode: 'verify-full', connectTimeoutMs: 3_000 }],
    ['postgresql+psycopg2://u@/x?host=a:1&host=b:2', { host: 'a', port: 1, others: [{ host: 'b', port: 2 }] }],
    ['mysql+pymysql://db/x?ssl_ca=ca.pem&ssl_verify_identity=true', { caFile: 'ca.pem', tlsMode: 'verify-full' }],
    ['mysql+mysqldb://db/x?ssl_disabled=true', { tlsMode: 'disable' }],
    ['trilogy://db/x?ssl_mode=verify_ca&pool=5', { tlsMode: 'verify-ca', unused: ['pool'] }],
    ['mysql2://db/x?sslverify=true&encoding=utf8mb4', { tlsMode: 'verify-ca', unused: ['encoding'] }],
    ['jdbc:postgresql://a:1,b:2/x?targetServerType=preferSecondary', { wantedServer: 'prefer-standby', port: 1 }],
    ['jdbc:postgresql://db/x?ssl=true&sslfactory=org.postgresql.ssl.NonValidatingFactory', { tlsMode: 'require' }],
    ['jdbc:postgresql://db/x?loginTimeout=7&currentSchema=a,b', { connectTimeoutMs: 7_000, searchPath: 'a,b' }],
    ['jdbc:mysql://a,b:2/x?useSSL=true&verifyServerCertificate=true&serverTimezone=UTC', { tlsMode: 'verify-ca' }],
    ['jdbc:mysql://db/x?connectTimeout=1500', { connectTimeoutMs: 1_500 }],
    ['jdbc:postgresql://db/x?ssl=true&sslmode=require', { tlsMode: 'require' }],
    ['mysql://db/x?ssl_mode=required&ssl_verify_cert=1', { tlsMode: 'verify-ca' }],
    ['jdbc:mysql://db/x?requireSSL=true&useSSL=true', { tlsMode: 'require' }],
    ['jdbc:mariadb://db/x?useSsl=true', { tlsMode: 'verify-full' }],
    ['jdbc:mariadb://db/x?useSsl=true&trustServerCertificate=true', { tlsMode: 'require' }],
    ['jdbc:mariadb://db/x?sslMode=trust', { tlsMode: 'require' }],
    ['mysql://db/x?socket=(/tmp/mysql.sock)', { socketPath: '/tmp/mysql.sock' }],
    ['mysql://db/x?tls-versions=[TLSv1.2,TLSv1.3]', { leastTls: 'TLSv1.2', mostTls: 'TLSv1.3' }],
    ['trilogy://db/x?tls_min_version=12', { leastTls: 'TLSv1.2' }],
    ['postgres://db?sslrootcert=system', { tlsMode: 'verify-full', isCaOfSystem: true, caFile: undefined }],
    ['postgres://db?sslcert=c&sslkey=k&sslcertmode=disable', { certFile: undefined, keyFile: undefined }],
    ['postgres:///x?socket=/s/.s.PGSQL.1&ssl-mode=REQUIRED', { socketPath: '/s/.s.PGSQL.1', tlsMode: 'require' }],
    ['mysql://db/x?serverVersion=8.0.32&charset=utf8mb4', { unused: ['serverVersion', 'charset'] }],
    ['postgres://db?requiressl=1', { tlsMode: 'require' }],
    ['postgres://db?host=other', { host: 'other' }],
    ['mysql://db?host=other', { host: 'db' }],
    ['postgres://a,b?hostaddr=10.0.0.1,10.0.0.2&port=1,2', { hostAddress: '10.0.0.1', port: 1 }],
    ['postgres://[::1]:1,[::2]:2/x', { host: '::1', port: 1, others: [{ host: '::2', port: 2 }] }],
    ['postgres://u:p/@ss,w@a:1,b:2/x', { user: 'u', password: 'p/@ss,w', host: 'a', others: [{ host: 'b', port: 2 }] }],
    ['postgres://db?service=ours&passfile=/p', { service: 'ours', passwordFile: '/p' }],
    ['postgres://db?gssencmode=disable&sslsni=1&replication=false', { unused: undefined }],
    [
      'postgres://db?load_balance_hosts=random&channel_binding=require',
      { isAnyOrder: true, channelBinding: 'require' },
    ],
    ['postgres://db?schema=a"b', { searchPath: '"a""b"' }],
  ])('%s', (text, wanted) => {
    const found: Record<string, unknown> = { ...parseDsn(text, 'it') };
    expect(Object.fromEntries(Object.keys(wanted).map((key) => [key, found[key]]))).toEqual(wanted);
  });

  it.each([
    'postgres://db?sslrootcert=system&sslmode=require',
    'postgres://db?sslnegotiation=direct',
    'postgres://db?sslnegotiation=maybe',
    'postgres://db?channel_binding=maybe',
    'postgres://db?target_session_attrs=best',
    'postgres://db?load_balance_hosts=all',
    'postgres://db?sslcertmode=require',
    'postgres://db?sslcert=c.pem',
    'mysql://db?ssl-cert=c.pem',
    'postgres://db?require_auth=a,,b',
    'postgres://db?connect_timeout=soon',
    'postgres://db?ssl_min_protocol_version=SSLv3',
    'postgres://a,b?hostaddr=10.0.0.1',
    'postgres://a?hostaddr=10.0.0.1,10.0.0.2',
    'postgres://a,b,c?port=1,2',
    'mysql://db?ssl=Amazon%20RDS',
    'mysql://db?ssl={"ca":"x"}',
    'jdbc:mysql:loadbalance://a,b/x',
    'jdbc:mysql://address=(host=db)(port=1)/x',
    'jdbc:postgresql://db?sslfactory=com.example.Factory',
    'jdbc:mariadb://db?serverSslCert=classpath:ca.pem',
  ])('%s is refused', (text) => {
    expect(() => parseDsn(text, 'it')).toThrow(
      expect.objectContaining({ code: 'DSN_INVALID', hint: expect.any(String) }),
    );
  });
});
