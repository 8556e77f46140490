/** Why poolctl has no use for a parameter, or refuses it; each is the end of a sentence. */
export const noUse = {
  itsPool: 'it is about the pool of the application',
  itsDriver: 'it is about how another driver works',
  itsWaits: '--timeout bounds each wait of poolctl',
  itsName: 'sessions of poolctl are called poolctl',
  itsText: 'poolctl reads and writes UTF-8',
  noGss: 'poolctl does not use Kerberos',
  noCompression: 'poolctl does not compress',
  asServerAsks: 'poolctl logs in as the server asks',
} as const;

export const no = {
  javaStore: 'poolctl cannot read the key stores of Java: name PEM files, sslrootcert (ssl-ca), sslcert and sslkey',
  identity: 'poolctl reads PEM files: take certificate and key out of it, for sslcert and sslkey',
  folder: 'poolctl reads one file: put the certificates into one, for sslrootcert (ssl-ca)',
  ciphers: 'poolctl cannot restrict the ciphers',
  revocation: 'poolctl cannot check revoked certificates of MySQL and MariaDB',
  statements: 'poolctl runs no statement of a DSN, and the session would be another one without it',
  file: 'poolctl does not read option files: write what the file says into the DSN',
  way: 'poolctl goes straight to the host of the DSN: name the host and port that are reached',
  oauth: 'poolctl cannot log in with OAuth',
  kerberos: 'poolctl cannot log in with Kerberos',
  factors: 'poolctl logs in with one password',
  hash: 'poolctl logs in with a password',
  methods: 'poolctl cannot choose among the methods of a login',
  serverKey: 'poolctl takes the key for passwords from the server: use TLS, and leave it out',
  source: 'poolctl cannot choose the address that it connects from',
} as const;
