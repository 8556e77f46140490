import { connectionSections, pickConnection } from '../connection-string.ts';
import type { Reader } from '../reader.ts';

/** What a keyword is called as a property of NpgsqlConnectionStringBuilder; both are keywords. */
const properties: Readonly<Record<string, string>> = {
  'maximum pool size': 'MaxPoolSize',
  'minimum pool size': 'MinPoolSize',
  'connection idle lifetime': 'ConnectionIdleLifetime',
  'connection pruning interval': 'ConnectionPruningInterval',
  'connection lifetime': 'ConnectionLifetime',
  'load balance timeout': 'ConnectionLifetime',
  'command timeout': 'CommandTimeout',
  keepalive: 'KeepAlive',
};

/** A connection string of Npgsql: in appsettings.json, in a variable such as ConnectionStrings__Default, or alone. */
export const npgsqlReader: Reader = {
  title: 'Npgsql',
  made: 'ConnectionStrings',
  formats: ['yaml', 'dotenv', 'properties'],
  drivers: ['npgsql'],
  rivals: ['mysqlconnector'],
  claims: ({ file, text }) => /(?:^|\/)appsettings[\w.-]*\.json$/i.test(file) && /\bPort\s*=|\bHost\s*=/i.test(text),
  login: [
    ...['Host', 'Server', 'Port', 'Database', 'DB', 'Username', 'UserName', 'UserId', 'UID', 'Password', 'PSW', 'PWD'],
    ...['Passfile', 'SSLMode', 'SSL*', 'RootCertificate', 'TrustServerCertificate', 'CheckCertificateRevocation'],
    ...['KerberosServiceName', 'Krbsrvname', 'IncludeRealm', 'ChannelBinding', 'RequireAuth', 'GSSEncryptionMode'],
    ...['TargetSessionAttributes', 'PersistSecurityInfo'],
  ],
  others: {
    ApplicationName: 'names the application to the server',
    ArrayNullabilityMode: 'decides how arrays are read',
    AutoPrepareMinUsages: 'prepares statements that are used often',
    CancellationTimeout: 'bounds the wait for a cancelled command',
    ClientEncoding: 'is the encoding of sessions',
    Encoding: 'is the encoding of texts',
    Enlist: 'takes part in ambient transactions',
    HostRecheckSeconds: 'is how long the state of a server is remembered',
    IncludeErrorDetail: 'puts the detail of the server into errors',
    IncludeFailedBatchedCommand: 'puts the command into errors',
    InternalCommandTimeout: 'does nothing any longer',
    LoadBalanceHosts: 'takes the servers in turn',
    LoadTableComposites: 'loads more types',
    LogParameters: 'logs parameters',
    MaxAutoPrepare: 'limits the statements that are prepared by themselves',
    Multiplexing: 'lets commands share connections',
    NoResetOnClose: 'leaves the session as it is when a connection is given back',
    Options: 'is handed to the server at the start of a session',
    ReadBufferSize: 'is the size of a buffer',
    ReplicationMode: 'is for replication',
    SearchPath: 'is the search path of sessions',
    ServerCompatibilityMode: 'is for other servers than PostgreSQL',
    SocketReceiveBufferSize: 'is the size of a buffer',
    SocketSendBufferSize: 'is the size of a buffer',
    'TCPKeepalive*': 'lets TCP look for a server that is gone',
    Timezone: 'is the time zone of sessions',
    WriteBufferSize: 'is the size of a buffer',
  },
  sections: (entries) => connectionSections(entries, 'npgsql'),
  pick(entries, { namesOf }) {
    const { login, others } = npgsqlReader;
    const known = [...login, ...Object.keys(others), ...namesOf('npgsql')];
    const picked = pickConnection(entries, 'npgsql', { properties, known });
    const throws = entries.some(({ key, value }) => /\b(?:max|min) pool size\s*=/i.test(`${key}=${value}`));
    return throws && picked.options.length > 0 ? { ...picked, remarks: [unknownSpelling] } : picked;
  },
};

/** Npgsql @3cb5804 src/Npgsql.SourceGenerators/NpgsqlConnectionStringBuilderSourceGenerator.cs:91-109. */
const unknownSpelling = {
  message:
    'Npgsql does not know "Max Pool Size" and "Min Pool Size": it throws when it reads the connection string. They are read here as they are meant.',
  hint: 'Write Maximum Pool Size and Minimum Pool Size.',
};
