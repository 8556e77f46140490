import { nodeDrivers, nodeEngine } from '../node-engine.ts';
import type { Reader } from '../reader.ts';

/** The options of new Sequelize(), version 6, as JSON or YAML. */
export const sequelizeReader: Reader = {
  title: 'Sequelize',
  formats: ['yaml'],
  drivers: ['sequelize'],
  isTyped: true,
  login: [
    'dialect',
    'dialectModulePath',
    'host',
    'port',
    'username',
    'password',
    'database',
    'url',
    'protocol',
    'use_env_variable',
    'ssl',
    'native',
    'dialectOptions.ssl',
    'dialectOptions.ssl.*',
    'dialectOptions.socketPath',
    'replication.*',
  ],
  others: {
    benchmark: 'measures statements',
    'define.*': 'sets defaults of models',
    'dialectOptions.*': 'is handed to the driver',
    isolationLevel: 'is the default isolation of transactions',
    logging: 'prints statements',
    minifyAliases: 'shortens aliases',
    omitNull: 'leaves nulls out',
    'query.*': 'sets defaults of queries',
    'retry.*': 'repeats statements that fail',
    schema: 'is the default schema',
    'set.*': 'sets defaults of set()',
    'sync.*': 'configures sync()',
    timezone: 'is the time zone of dates',
    transactionType: 'is the default kind of transactions',
  },
  pick(entries, context) {
    const named = nodeEngine(entries, 'dialect');
    const engine = named ?? context.engine;
    return {
      driver: 'sequelize',
      isMarked: named !== undefined,
      options: entries.map((entry) => ({ ...entry, name: entry.key })),
      ...(engine && { engine, inUse: engine === 'mariadb' ? 'mariadb' : nodeDrivers[engine] }),
    };
  },
};
