import { describe, expect, it } from 'vitest';
import type { PoolctlError } from '../../../src/base/errors.ts';
import { readFiles } from '../../helpers/fleet-files.ts';

async function mistakeIn(files: Readonly<Record<string, string>>): Promise<string> {
  try {
    await readFiles(files);
  } catch (error) {
    const { code, message, hint } = error as PoolctlError;
    return `${code} ${message} | ${hint}`;
  }
  return 'none';
}

const fleet = (text: string) => mistakeIn({ 'fleet.yaml': text });

describe('a mistake in the files of a fleet is one error with file, line and what to do', () => {
  it.each<[string, string, RegExp]>([
    [
      'a key that is misspelt',
      'servers:\n  pg:\n    maxConections: 100\n',
      /^INPUT_INVALID fleet\.yaml:3:20: servers\.pg\.maxConections: unknown key\. Did you mean "maxConnections"\? Allowed here: .*replicaOf/,
    ],
    [
      'two services of one name in a file',
      'servers:\n  orders: {maxConnections: 100}\nservices:\n  api: {instances: {normal: 1}}\n  api: {instances: {normal: 2}}\n',
      /^INPUT_INVALID fleet\.yaml:5:3: a second api: a name stands once\./,
    ],
    [
      'a DSN for a host, whose password would stand in the lock',
      'servers:\n  orders: {maxConnections: 100, host: "postgres://u:pass@orders/x"}\n',
      /^INPUT_INVALID fleet\.yaml:2:39: servers\.orders\.host: must be a host name or an address, without user, password and database\. \|(?!.*pass@)/,
    ],
    [
      'a pool to a server that is not there',
      'servers:\n  orders: {maxConnections: 100}\nservices:\n  api:\n    pools:\n      - {to: order, connectionLimit: 5}\n',
      /^INPUT_INVALID fleet\.yaml:6:10: services\.api\.pools\.0\.to: there is no server or pooler "order"\. Did you mean "orders"\? \| There are orders\./,
    ],
    [
      'extra connections to a server that is not there',
      'servers:\n  orders: {maxConnections: 100}\nservices:\n  api:\n    extras: {total: {leader: {connections: 1, to: other}}}\n',
      /^INPUT_INVALID fleet\.yaml:5:47: services\.api\.extras\.total\.leader\.to: there is no server or pooler "other"\./,
    ],
    [
      'poolers in a circle',
      'servers:\n  pg: {maxConnections: 100}\npoolers:\n  a: {to: b}\n  b: {to: c}\n  c: {to: b}\n',
      /^INPUT_INVALID fleet\.yaml:5:7: poolers\.b\.to: it leads back to itself: b → c → b\. \| A pooler leads to a server in the end\./,
    ],
    [
      'replicas in a circle',
      'servers:\n  a: {maxConnections: 100, replicaOf: b}\n  b: {maxConnections: 100, replicaOf: a}\n',
      /^INPUT_INVALID fleet\.yaml:2:28: servers\.a\.replicaOf: it leads back to itself: a → b → a\./,
    ],
    [
      'a server and a pooler of one name',
      'servers:\n  pg: {maxConnections: 100}\npoolers:\n  pg: {to: pg}\n',
      /^INPUT_INVALID fleet\.yaml:4:3: poolers\.pg: fleet\.yaml:2:3 has a server or pooler named pg already\. \| Give each a name/,
    ],
    [
      'two names of one server',
      'servers:\n  a: {host: db.internal, engine: postgres, maxConnections: 100}\n  b: {host: DB.internal, port: 5432, engine: postgres, maxConnections: 100}\n',
      /^INPUT_INVALID fleet\.yaml:3:3: servers\.b: b and a are one server: both listen at DB\.internal:5432\./,
    ],
    [
      'a negative number',
      'servers:\n  pg: {maxConnections: -5}\n',
      /^INPUT_INVALID fleet\.yaml:2:24: servers\.pg\.maxConnections: .*whole number/,
    ],
    [
      'a profile that does not exist',
      'servers:\n  pg: {profile: "aws-rds-postgre:db.r6g.large"}\n',
      /^INPUT_INVALID fleet\.yaml:2:8: servers\.pg\.profile: .*aws-rds-postgres/,
    ],
    [
      'a class that does not exist',
      'servers:\n  pg: {profile: "aws-rds-postgres:db.r6g.huge"}\n',
      /^INPUT_INVALID fleet\.yaml:2:8: servers\.pg\.profile: aws-rds-postgres has no class "db\.r6g\.huge"\./,
    ],
    [
      'a window without an end',
      'services:\n  api:\n    window: {days: mon-fri, from: "09:00"}\n',
      /^INPUT_INVALID fleet\.yaml:3:13: services\.api\.window\.to: is missing\./,
    ],
    [
      'a time of day that is none',
      'services:\n  api:\n    window: {from: "25:00", to: "09:00"}\n',
      /^INPUT_INVALID fleet\.yaml:3:20: services\.api\.window\.from: the value must be a time of day\. Write it in quotes: "09:00"\./,
    ],
    [
      'a time zone that is none',
      'services:\n  api:\n    window: {from: "09:00", to: "17:00", timeZone: Europe/Berlinn}\n',
      /^INPUT_INVALID fleet\.yaml:3:52: services\.api\.window\.timeZone: must be a time zone of the IANA list: Europe\/Berlin\./,
    ],
    [
      'a surge that is none',
      'services:\n  api:\n    instances: {surge: much}\n',
      /^INPUT_INVALID fleet\.yaml:3:24: services\.api\.instances\.surge: must be a number of instances, or a share of them: 2, or 25%\./,
    ],
    [
      'a most below what runs',
      'services:\n  api:\n    instances: {normal: 5, max: 3}\n',
      /^INPUT_INVALID fleet\.yaml:3:28: services\.api\.instances\.max: 3 is below the 5 of normal running\./,
    ],
    [
      'a server that has nothing left for services',
      'servers:\n  pg: {maxConnections: 100, others: {reports: 98}, reserved: 3}\n',
      /^INPUT_INVALID fleet\.yaml:2:29: servers\.pg\.others: no connection is left to services: 3 reserved and 98 of others, of 100\./,
    ],
    [
      'the limit of a role below its floor',
      'servers:\n  pg: {maxConnections: 100, roles: {api: 3}}\nservices:\n  api:\n    role: api\n    instances: {normal: 4}\n    pools: [{to: pg, connectionLimit: 5}]\n',
      /^INPUT_INVALID fleet\.yaml:2:37: servers\.pg\.roles\.api: 3 is below the floor of api: 4, one connection for each of their instances\. \| Raise the limit/,
    ],
    [
      'a total below its floor',
      'servers:\n  pg: {maxConnections: 100}\nservices:\n  api:\n    total: 3\n    instances: {normal: 4}\n    pools: [{to: pg, connectionLimit: 5}]\n',
      /^INPUT_INVALID fleet\.yaml:5:5: services\.api\.total: 3 is below its floor of 4: one connection for each of its instances\./,
    ],
    [
      'a pool in which a request waits for itself',
      'servers:\n  pg: {maxConnections: 100}\nservices:\n  api:\n    pools: [{to: pg, connectionLimit: 1, nested: 2}]\n',
      /^INPUT_INVALID fleet\.yaml:5:13: services\.api\.pools\.0: a pool of 1 is less than the 2 connections that one request holds\./,
    ],
    [
      'files that are not there',
      'services:\n  api:\n    read: [k8s/api]\n',
      /^INPUT_INVALID fleet\.yaml:3:5: services\.api\.read: k8s\/api names no file\. \| Paths are relative/,
    ],
    [
      'a load without a time',
      'servers:\n  pg: {maxConnections: 100}\nservices:\n  api:\n    pools: [{to: pg, load: {totalTps: 5}}]\n',
      /^INPUT_INVALID fleet\.yaml:5:22: services\.api\.pools\.0\.load: it has no time\. \| Write hold, mean/,
    ],
    [
      'latencies that no load can have',
      'servers:\n  pg: {maxConnections: 100}\nservices:\n  api:\n    pools: [{to: pg, load: {totalTps: 5, p50: 90ms, p95: 10ms}}]\n',
      /^INPUT_INVALID fleet\.yaml:5:22: services\.api\.pools\.0\.load: .*p50/,
    ],
    [
      'extra connections of a service with several servers',
      'servers:\n  a: {maxConnections: 100}\n  b: {maxConnections: 100}\nservices:\n  api:\n    pools: [{to: a, connectionLimit: 1}, {to: b, connectionLimit: 1}]\n    extras: {total: {leader: 1}}\n',
      /^INPUT_INVALID fleet\.yaml:7:22: services\.api\.extras\.total\.leader: it has pools to a and b, and these connections may be for either\. \| Write \{ connections: 1, to: a \}\./,
    ],
    ['text that is no YAML', 'servers: {pg: {\n', /^INPUT_INVALID fleet\.yaml:2:1: /],
  ])('%s', async (_, text, told) => {
    expect(await fleet(text)).toMatch(told);
  });

  it('two services of one name, in files of their own', async () => {
    const told = await mistakeIn({
      'servers/pg.yaml': 'server: pg\nmaxConnections: 100\n',
      'services/api.yaml': 'service: api\n',
      'services/other.yaml': '# the second\nservice: api\n',
    });
    expect(told).toMatch(
      /^INPUT_INVALID services\/other\.yaml:2:1: services\/api\.yaml:1:1 has a service named api already\./,
    );
  });

  it('a path that is not there', async () => {
    await expect(readFiles({ 'fleet.yaml': '' }, ['fleets'])).rejects.toThrow('Cannot read fleets.');
  });

  it('ends before anything is read of what it names', async () => {
    expect(await fleet('servers: 5\n')).toMatch(/^INPUT_INVALID fleet\.yaml:1:10: servers: /);
  });
});
