import type { Reader } from '../reader.ts';

/** The options of createPool() of the package mysql, as JSON or YAML. */
export const mysqlReader: Reader = {
  title: 'mysql (mysqljs)',
  formats: ['yaml'],
  drivers: ['mysql'],
  rivals: ['mysql2', 'mariadb'],
  isTyped: true,
  login: ['host', 'port', 'user', 'password', 'database', 'socketPath', 'localAddress', 'ssl', 'ssl.*'],
  others: {
    bigNumberStrings: 'gives big numbers as text',
    charset: 'is the character set of connections',
    charsetNumber: 'is the character set of connections',
    dateStrings: 'gives dates as text',
    debug: 'prints the packets',
    flags: 'changes the flags of the protocol',
    'flags.*': 'changes the flags of the protocol',
    insecureAuth: 'allows an old way to log in',
    localInfile: 'allows LOAD DATA LOCAL',
    multipleStatements: 'allows several statements in one query',
    queryFormat: 'fills values into statements',
    stringifyObjects: 'writes objects as text',
    supportBigNumbers: 'gives big numbers',
    timezone: 'is the time zone of dates',
    trace: 'makes longer stack traces',
    typeCast: 'converts values',
  },
  pick: (entries) => ({
    driver: 'mysql',
    engine: 'mysql',
    isMarked: false,
    options: entries.map((entry) => ({ ...entry, name: entry.key })),
  }),
};
