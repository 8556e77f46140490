import { defaultPorts, type EngineId } from '../../base/engine.ts';
import { wholeMs } from '../../base/units.ts';
import { statementLimit } from '../../declarations/vocabulary/statement-limit.ts';
import { remarks, wholeSeconds } from '../parts/amounts.ts';
import { code } from '../parts/code.ts';
import type { EmitInput, Target } from '../target.ts';

const title = 'ActiveRecord';

/** 24.8 days, the longest time of other pools too, in seconds: 0 fails at once. */
const longestWaitSeconds = 2_147_483;

/** From 8.1 on it is max_connections; `pool` is still read there, and the only name before. */
const hasMaxConnections = ({ driverVersion: [major, minor] = [0, 0] }: EmitInput) =>
  major > 8 || (major === 8 && minor >= 1);

export const activeRecord: Target = {
  title,
  language: 'yaml',
  engines: ['postgres', 'mysql', 'mariadb'],
  driver: 'activerecord',
  instead: {
    queueLimit: 'It cannot be had: the threads of Puma or Sidekiq bound how many wait.',
  },
  refusesAtOnce: true,
  render: (input) => code`
    ${remarks('#', [...input.why, ...threads(input)])}
    production:
      adapter: ${input.engine === 'postgres' ? 'postgresql' : 'mysql2'}
      host: <%= ENV.fetch("DB_HOST").to_json %>
      port: <%= ENV.fetch("DB_PORT", ${defaultPorts[input.engine]}) %>
      username: <%= ENV.fetch("DB_USERNAME").to_json %>
      password: <%= ENV.fetch("DB_PASSWORD").to_json %>
      database: <%= ENV.fetch("DB_DATABASE").to_json %>
      ${hasMaxConnections(input) ? 'max_connections' : 'pool'}: ${input.settings.connectionLimit} # of each process${hasMaxConnections(input) ? '' : '; also called max_connections from Rails 8.1 on'}
      ${acquire(input)}
      connect_timeout: ${wholeSeconds(input.settings.connectTimeoutMs, title, 'connect timeout')} # seconds
      ${query(input)}
  `,
};

/** A thread holds at most one connection, so the threads of a process say how many requests can wait. */
function threads({ settings: { connectionLimit, queueLimit, nobodyWaits } }: EmitInput): string[] {
  if (nobodyWaits || queueLimit === 0) return [];
  return [`No queue limit: with ${connectionLimit + queueLimit} threads in each process at most ${queueLimit} wait.`];
}

function acquire({ settings: { acquireTimeoutMs, nobodyWaits } }: EmitInput): string {
  if (nobodyWaits) return 'checkout_timeout: 0 # fails at once where no connection is free';
  if (acquireTimeoutMs > 0)
    return `checkout_timeout: ${acquireTimeoutMs / 1_000} # seconds, longest wait for a connection`;
  return `checkout_timeout: ${longestWaitSeconds} # seconds: 24.8 days, because 0 fails at once`;
}

const variables: Readonly<Record<EngineId, (ms: number) => string>> = {
  postgres: (ms) => `statement_timeout: ${wholeMs(ms)}`,
  mysql: (ms) => `max_execution_time: ${wholeMs(ms)}`,
  mariadb: (ms) => `max_statement_time: ${wholeMs(ms) / 1_000}`,
};

function query({ settings: { queryTimeoutMs }, engine }: EmitInput): string | undefined {
  if (queryTimeoutMs === undefined) return undefined;
  return `variables:\n  ${variables[engine](queryTimeoutMs)} # ${statementLimit(engine, queryTimeoutMs).note}`;
}
