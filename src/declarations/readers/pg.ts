import type { Reader } from '../reader.ts';

/** The options of new Pool(), as JSON or YAML. */
export const pgReader: Reader = {
  title: 'pg (node-postgres)',
  formats: ['yaml'],
  drivers: ['pg'],
  isTyped: true,
  login: ['host', 'port', 'user', 'password', 'database', 'connectionString', 'ssl', 'ssl.*', 'sslnegotiation'],
  others: {
    application_name: 'names the application to the server',
    binary: 'asks for values in binary',
    client_encoding: 'is the character set of connections',
    fallback_application_name: 'names the application to the server',
    lock_timeout: 'limits the wait for a lock',
    log: 'prints what the pool does',
    options: 'is handed to the server at the start of a session',
    parseInputDatesAsUTC: 'reads dates as UTC',
    replication: 'opens a replication session',
  },
  pick: (entries) => ({
    driver: 'pg',
    inUse: 'pg',
    engine: 'postgres',
    isMarked: false,
    options: entries.map((entry) => ({ ...entry, name: entry.key })),
  }),
};
