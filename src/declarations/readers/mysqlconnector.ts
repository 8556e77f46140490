import { connectionSections, pickConnection } from '../connection-string.ts';
import type { Reader } from '../reader.ts';

/** The names that MySqlConnector has for the options of its profile. */
const properties: Readonly<Record<string, string>> = {
  'maximum pool size': 'MaximumPoolSize',
  'max pool size': 'MaximumPoolSize',
  maxpoolsize: 'MaximumPoolSize',
  'minimum pool size': 'MinimumPoolSize',
  'min pool size': 'MinimumPoolSize',
  minpoolsize: 'MinimumPoolSize',
  'connection timeout': 'ConnectionTimeout',
  'connect timeout': 'ConnectionTimeout',
  'default command timeout': 'DefaultCommandTimeout',
  'command timeout': 'DefaultCommandTimeout',
  'connection idle timeout': 'ConnectionIdleTimeout',
  'connection lifetime': 'ConnectionLifeTime',
  'connection reset': 'ConnectionReset',
  'keep alive': 'Keepalive',
};

/** A connection string of MySqlConnector: in appsettings.json, in a variable such as ConnectionStrings__Default, or alone. */
export const mysqlConnectorReader: Reader = {
  title: 'MySqlConnector',
  made: 'ConnectionStrings',
  formats: ['yaml', 'dotenv', 'properties'],
  drivers: ['mysqlconnector'],
  rivals: ['npgsql'],
  claims: ({ file, text }) => /(?:^|\/)appsettings[\w.-]*\.json$/i.test(file) && /\bServer\s*=|\bPort\s*=/i.test(text),
  login: [
    ...['Server', 'Host', 'DataSource', 'Address', 'Addr', 'NetworkAddress', 'Port', 'Database', 'InitialCatalog'],
    ...['UserID', 'Username', 'Uid', 'User', 'Password', 'pwd', 'ConnectionProtocol', 'Protocol', 'PipeName', 'Pipe'],
    ...['SslMode', 'SSL*', 'CertificateFile', 'Certificate*', 'CACertificateFile', 'TlsVersion', 'TlsCipherSuites'],
    ...['AllowPublicKeyRetrieval', 'ServerRsaPublicKeyFile', 'ServerSPN', 'PersistSecurityInfo'],
  ],
  others: {
    AllowLoadLocalInfile: 'allows LOAD DATA LOCAL',
    AllowUserVariables: 'allows variables of the user in statements',
    AllowZeroDateTime: 'decides how dates are read',
    ApplicationName: 'names the application to the server',
    AutoEnlist: 'takes part in ambient transactions',
    CancellationTimeout: 'bounds the wait for a cancelled command',
    CharacterSet: 'does nothing: it is always utf8mb4',
    CharSet: 'does nothing: it is always utf8mb4',
    ConnectionIdlePingTime: 'does nothing any longer',
    ConvertZeroDateTime: 'decides how dates are read',
    DateTimeKind: 'decides how dates are read',
    DeferConnectionReset: 'does nothing any longer',
    DnsCheckInterval: 'looks for another address of the server',
    ForceSynchronous: 'makes all calls synchronous',
    GuidFormat: 'decides how GUIDs are read',
    IgnoreCommandTransaction: 'lets commands leave out their transaction',
    IgnorePrepare: 'prepares no statements',
    InteractiveSession: 'makes interactive_timeout hold instead of wait_timeout',
    LoadBalance: 'chooses among several servers',
    NoBackslashEscapes: 'is for servers with that SQL mode',
    OldGuids: 'decides how GUIDs are read',
    Pipelining: 'sends statements together',
    ServerRedirectionMode: 'follows a redirection of the server',
    SkipCertificateRevocationCheck: 'is of TLS',
    TreatTinyAsBoolean: 'decides how TINYINT(1) is read',
    UseAffectedRows: 'decides what rows are counted',
    UseCompression: 'compresses',
    Compress: 'compresses',
    UseXaTransactions: 'is of distributed transactions',
  },
  sections: (entries) => connectionSections(entries, 'mysqlconnector'),
  pick(entries, { namesOf }) {
    const { login, others } = mysqlConnectorReader;
    const known = [...login, ...Object.keys(others), ...namesOf('mysqlconnector')];
    return pickConnection(entries, 'mysqlconnector', { properties, known });
  },
};
