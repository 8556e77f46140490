import type { EngineId } from '../../base/engine.ts';
import type { DeclaredEntry } from '../entry.ts';
import { jdbcEngine } from '../jdbc.ts';
import { driverSettings } from '../jvm/driver-settings.ts';
import { quarkusDuration } from '../jvm/quarkus-duration.ts';
import { quarkusPools } from '../jvm/quarkus-pools.ts';
import { relaxedName } from '../jvm/relaxed-name.ts';
import type { PickedOption, Reader } from '../reader.ts';

const kinds: Readonly<Record<string, EngineId>> = {
  postgresql: 'postgres',
  pgsql: 'postgres',
  pg: 'postgres',
  mysql: 'mysql',
  mariadb: 'mariadb',
};

const settingsFile = /(?:^|\/)application[\w-]*\.(?:properties|ya?ml)$/;

/** quarkus.datasource.* in application.properties and application.yaml, as they are in the profile `prod`. */
export const quarkusReader: Reader = {
  title: 'Quarkus (Agroal)',
  claims: ({ file, text }) => settingsFile.test(file) && /\bquarkus\b/.test(text) && text.includes('datasource'),
  made: 'quarkus.datasource',
  formats: ['properties', 'yaml'],
  drivers: ['quarkus'],
  login: [
    'url',
    'username',
    'password',
    'dbKind',
    'dbVersion',
    'driver',
    'credentialsProvider',
    'credentialsProviderName',
  ],
  others: {
    'additionalJdbcProperties.*': 'is a property of the JDBC driver',
    active: 'turns the data source on',
    detectStatementLeaks: 'warns of statements that are not closed',
    'devservices.*': 'starts a database for development',
    devservices: 'starts a database for development',
    enableMetrics: 'turns metrics on',
    enableRecovery: 'recovers distributed transactions',
    extendedLeakReport: 'tells more of connections that are not given back',
    flushOnClose: 'closes a connection that is given back, if it is to be flushed',
    healthExclude: 'leaves it out of the health check',
    'health.*': 'configures health checks',
    jdbc: 'decides whether there is a pool',
    'metrics.*': 'turns metrics on',
    newConnectionSql: 'is run on every new connection',
    poolingEnabled: 'decides whether connections are pooled',
    'reactive.*': 'is for the reactive client, which has a pool of its own',
    reactive: 'decides whether there is a reactive client',
    telemetry: 'traces statements',
    'telemetry.*': 'traces statements',
    tracing: 'traces statements',
    'tracing.*': 'traces statements',
    transactionIsolationLevel: 'is the default isolation of transactions',
    transactionRequirement: 'decides whether a connection needs a transaction',
    transactions: 'decides how transactions are managed',
  },
  sections: quarkusPools,
  pick(entries, context) {
    const known = [...context.namesOf('quarkus'), ...Object.keys(this.others), ...this.login];
    const [pool] = quarkusPools(entries);
    const all = (pool?.entries ?? []).map((entry) => quarkusOption(entry, known));
    const inProd = all.filter(({ key }) => key.startsWith('%prod.')).map(({ name }) => name);
    const options = all.map((option) => withProfile(option, inProd));
    const engine = context.engine ?? engineIn(options);
    return {
      driver: 'quarkus',
      isMarked: pool !== undefined,
      options,
      direct: driverSettings(options, engine, ['newConnectionSql']),
      ...(engine && { engine }),
    };
  },
};

function quarkusOption(entry: DeclaredEntry, known: readonly string[]): PickedOption {
  const rest = entry.key.replace(/^(?:%[^.]+\.)?quarkus\.datasource\./, '').replace(/^jdbc\./, '');
  return { ...entry, value: quarkusDuration(rest, entry.value), name: relaxedName(rest, known) };
}

/** Quarkus runs in `prod` where nobody says otherwise; its keys beat those without a profile. */
function withProfile(option: PickedOption, inProd: readonly string[]): PickedOption {
  const profile = /^%([^.]+)\./.exec(option.key)?.[1];
  if (profile === 'prod') return option;
  if (profile !== undefined)
    return {
      ...option,
      misplaced: `it holds in the profile ${profile}; read is prod, in which Quarkus runs by itself`,
    };
  return inProd.includes(option.name) ? { ...option, misplaced: `%prod. sets it too, and beats it` } : option;
}

function engineIn(options: readonly PickedOption[]): EngineId | undefined {
  const used = options.filter(({ misplaced }) => misplaced === undefined);
  const kind = kinds[String(used.find(({ name }) => name === 'dbKind')?.value)];
  return (
    kind ??
    used
      .filter(({ name }) => name === 'url')
      .map(({ value }) => jdbcEngine(String(value)))
      .find(Boolean)
  );
}
