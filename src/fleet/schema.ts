import * as v from 'valibot';
import { count, countOrZero, durationMs, port, ratePerSecond, text } from '../documents/yaml-fields.ts';
import { clock, days, timeZone } from './rollout-window.ts';

/** A name stands in tables and in SQL: no control characters, and not without end. */
const name = v.pipe(text, v.regex(/^[^\p{Cc}]{1,200}$/u, 'must be a name of at most 200 characters on one line'));
const names = v.array(name);
const described = <const Schema extends v.GenericSchema>(schema: Schema, words: string) =>
  v.optional(v.pipe(schema, v.description(words)));

const globs = v.union([text, v.array(text)], 'must be a path, or a list of paths');
const read = described(globs, 'Files and folders to read, from the folder of this file. Patterns with * and ** too.');

const budget = described(
  v.picklist(['required', 'report']),
  'required: a worst minute above the limit is exit code 1. report (default): it is only told.',
);
const terminating = described(
  v.picklist(['count', 'report']),
  'count: old instances that end slowly are part of the worst minute. report (default): they are told beside it.',
);
/** It stands in the lock, so that a password in a DSN would. */
const host = v.pipe(
  name,
  v.regex(/^(?!.*:\/\/)[^\s@?]+$/, 'must be a host name or an address, without user, password and database'),
);
const hosts = {
  host: described(host, 'The host name that services connect to, where it is not the name here.'),
  hosts: described(v.array(host), 'Several names of one server: an alias, an address.'),
  port: described(port, 'The port, where one host has several servers.'),
};

export const writtenServer = v.strictObject({
  ...hosts,
  engine: described(v.picklist(['postgres', 'mysql', 'mariadb']), 'What the server is.'),
  maxConnections: described(count, 'max_connections of the server, as it says itself.'),
  profile: described(text, 'A name of `poolctl size --server`, where maxConnections is not known.'),
  reserved: described(countOrZero, 'Slots that no ordinary role may take. PostgreSQL keeps 3 by default.'),
  others: described(
    v.union([countOrZero, v.record(name, countOrZero)], 'must be a number of connections, or numbers by name'),
    'Connections of clients that are no services here, or several by name.',
  ),
  granted: described(count, 'What these services may take in all, where that is less than the server has.'),
  roles: described(v.record(name, countOrZero), 'CONNECTION LIMIT of roles, max_user_connections of accounts.'),
  budget,
  replicaOf: described(name, 'The server that it copies.'),
  terminating,
});

export const writtenPooler = v.strictObject({
  ...hosts,
  read,
  to: described(name, 'The server behind it, where its files do not say.'),
  instances: described(count, 'Instances of the pooler.'),
  processes: described(count, 'Processes of one instance, each with pools of its own.'),
  users: described(names, 'The users that log in at it: each has a pool for each database.'),
  mode: described(v.picklist(['session', 'transaction', 'statement']), 'pool_mode.'),
  clientLimit: described(count, 'max_client_conn of one process.'),
  poolSize: described(count, 'default_pool_size: connections of one pair of database and user.'),
  reserve: described(countOrZero, 'reserve_pool_size of one pair.'),
  pairs: described(count, 'Pairs of database and user.'),
  maxDbConnections: described(countOrZero, 'max_db_connections of one process; 0 is no limit.'),
  maxUserConnections: described(countOrZero, 'max_user_connections of one process; 0 is no limit.'),
  budget,
  terminating,
});

const surge = v.pipe(
  v.union([v.number(), v.string()], 'must be a number of instances, or a share: 25%'),
  v.check(
    (value) => /^(?:0|[1-9]\d{0,5})%?$/.test(String(value)),
    'must be a number of instances, or a share of them: 2, or 25%',
  ),
);

const processes = v.union(
  [count, v.strictObject({ variable: name })],
  'must be a number, or { variable: NAME } of the environment',
);

const instances = v.strictObject({
  normal: described(countOrZero, 'Instances in normal running.'),
  max: described(count, 'The most instances without a roll-out.'),
  surge: described(surge, 'Instances that a roll-out adds: 2, or 25%. Blue/green is 100%.'),
  processes: described(processes, 'Processes of one instance, each with pools of its own.'),
});

const load = v.strictObject({
  totalTps: described(ratePerSecond, 'Requests a second of all instances together that want a connection.'),
  hold: described(durationMs, 'How long a request holds a connection, on average.'),
  mean: described(durationMs, 'The mean latency.'),
  p50: described(durationMs, 'Half of the requests are faster.'),
  p95: described(durationMs, '95 of 100 requests are faster.'),
  p99: described(durationMs, '99 of 100 requests are faster.'),
  roundTrip: described(durationMs, 'Time on the wire, added to the hold time.'),
  from: described(text, 'Where it was measured: prometheus://HOST:9090?service=api, or a file.'),
});

const pool = v.strictObject({
  to: described(name, 'The server or pooler that it connects to.'),
  connectionLimit: described(count, 'The most connections of one process.'),
  variable: described(name, 'The variable of the environment that says how many.'),
  setting: described(text, 'What the setting is called, for people.'),
  role: described(name, 'The role or account that it logs in with.'),
  nested: described(count, 'Connections that one request holds at once; 1 by default.'),
  priority: described(
    v.pipe(v.number('must be a number'), v.finite('must be a number'), v.gtValue(0, 'must be more than 0')),
    'How much its waiting weighs beside others; 1 by default.',
  ),
  load: described(load, 'What it is asked for.'),
});

const extra = v.union(
  [countOrZero, v.strictObject({ connections: countOrZero, to: name })],
  'must be a number of connections, or { connections, to }',
);
const extras = v.strictObject({
  perInstance: described(v.record(name, extra), 'Held by each instance: a health check, LISTEN.'),
  perNewInstance: described(v.record(name, extra), 'Held by each instance that a roll-out starts.'),
  total: described(v.record(name, extra), "Held once, whatever the number of instances: a leader's lock."),
  rollout: described(v.record(name, extra), 'Held once while it rolls out: a migration.'),
});

const runs = v.union(
  [
    v.picklist(['always', 'rollout']),
    v.strictObject({
      cron: v.pipe(text, v.regex(/^\S+(?: \S+){4}$/, 'must be five fields of cron')),
      timeZone: v.optional(timeZone),
      lasts: v.optional(durationMs),
      overlaps: v.optional(v.boolean()),
    }),
  ],
  'must be always, rollout, or { cron, timeZone, lasts, overlaps }',
);

const rolloutWindow = v.strictObject({
  days: described(days, 'mon-fri, or sat,sun; every day where left out.'),
  from: clock,
  to: clock,
  timeZone: described(timeZone, 'A name of the IANA list: Europe/Berlin. UTC where left out.'),
});

export const writtenService = v.strictObject({
  read,
  release: described(name, 'What rolls out together with it.'),
  platform: described(name, 'What runs it, where no file says: vercel, aws-lambda, kubernetes.'),
  driver: described(v.picklist(['pgxpool', 'sqlalchemy']), 'What makes its pool, where its code is not read.'),
  instances: described(instances, 'What no manifest says, or says wrongly.'),
  total: described(count, 'Connections that a governor divides among the live instances.'),
  cpus: described(count, 'CPUs that a process sees, for drivers that size the pool by them.'),
  role: described(name, 'The role or account that it logs in with.'),
  runs: described(runs, 'always (default), rollout, or a schedule.'),
  window: described(rolloutWindow, 'When it may be rolled out.'),
  pools: described(v.array(pool), 'Its pools, where no file has them, and their load.'),
  extras: described(extras, 'Connections outside the pools.'),
});

/** fleet.yaml. */
export const fleetSchema = v.strictObject({
  $schema: described(text, 'This schema, for editors.'),
  rolloutsAtOnce: described(
    v.union([count, v.picklist(['all'])], 'must be a number, or all'),
    'Releases that roll out at once in the worst minute. Left out: one, and what one file deploys is one.',
  ),
  read,
  blueGreen: described(names, 'Files that deploy the same services in two colours: one runs, both during a release.'),
  accountConcurrency: described(count, 'Concurrent executions of the account of AWS Lambda; 1000 by default.'),
  terminating,
  servers: described(v.record(name, writtenServer), 'Servers and what they let in.'),
  poolers: described(v.record(name, writtenPooler), 'Poolers between services and servers.'),
  services: described(v.record(name, writtenService), 'Services, as far as their files do not say it.'),
});

const $schema = v.optional(text);
/** A file of one server, one pooler or one service. */
export const partSchemas = {
  server: v.strictObject({ $schema, server: name, ...writtenServer.entries }),
  pooler: v.strictObject({ $schema, pooler: name, ...writtenPooler.entries }),
  service: v.strictObject({ $schema, service: name, ...writtenService.entries }),
} as const;

export type WrittenFleet = v.InferOutput<typeof fleetSchema>;
export type WrittenServer = v.InferOutput<typeof writtenServer>;
export type WrittenPooler = v.InferOutput<typeof writtenPooler>;
export type WrittenService = v.InferOutput<typeof writtenService>;
export type WrittenPool = v.InferOutput<typeof pool>;
export type WrittenLoad = v.InferOutput<typeof load>;
