import { describe, expect, it } from 'vitest';
import type { ReadFleet } from '../../../src/fleet/read-fleet.ts';
import { readFiles } from '../../helpers/fleet-files.ts';

const poolsOf = ({ model }: ReadFleet) =>
  model.services.flatMap(({ name, pools }) => pools.map(({ to, size }) => `${name} → ${to} (${size.kind})`));

const workload = (name: string, env: string, kind = 'Deployment') => `apiVersion: apps/v1
kind: ${kind}
metadata: {name: ${name}}
spec: {selector: {}, template: {spec: {containers: [{name: app, image: x/${name}, env: [${env}]}]}}}
---
apiVersion: v1
kind: Service
metadata: {name: ${name}}
spec: {selector: {}}
`;

describe('where pools lead to', () => {
  it('is the server that a variable names by its host, whatever the variable is called', async () => {
    const read = await readFiles({
      'compose.yml': `services:
  orders-db: {image: postgres:17, environment: {POSTGRES_DB: orders-db}}
  orders: {image: x/orders, environment: {ORDERS_PERSISTENCE_ENDPOINT: "orders-db:5432"}}
  flows: {image: x/flows, environment: {DB_POSTGRESDB_HOST: orders-db}}
  cache: {image: x/cache, environment: {CACHE_HOST: redis, NAME: orders-db}}
`,
    });
    expect(poolsOf(read)).toEqual(['orders → orders-db (unknown)', 'flows → orders-db (unknown)']);
  });

  it('is no client where a workload is named as the server itself', async () => {
    const uri = '{name: DATABASE_URL, value: "postgres://app@accounts-db:5432/accounts"}';
    const read = await readFiles({
      'db.yaml': workload('accounts-db', uri, 'StatefulSet'),
      'api.yaml': workload('api', uri),
    });
    expect(poolsOf(read)).toEqual(['api → accounts-db (unknown)']);
  });

  it('is not one server for all whose containers connect to themselves', async () => {
    const uri = '{name: DATABASE_URL, value: "postgres://app@127.0.0.1:5432/app"}';
    const read = await readFiles({ 'a.yaml': workload('a', uri), 'b.yaml': workload('b', uri) });
    expect(poolsOf(read)).toEqual([]);
    expect(read.findings.filter(({ id }) => id === 'server-unclear').map(({ service }) => service)).toEqual(['a', 'b']);
  });

  it('is neither server nor client what only runs the tools of a database', async () => {
    const read = await readFiles({
      'compose.yml': `services:
  db: {image: postgres:17}
  create: {image: postgres:17, command: 'sh -c "createdb hub"', environment: {DATABASE_URL: "postgres://app@db/app"}}
  api: {image: x/api, environment: {DATABASE_URL: "postgres://app@db/app"}}
`,
      'seed.yaml': `apiVersion: batch/v1
kind: Job
metadata: {name: seed}
spec: {template: {spec: {containers: [{name: c, image: "postgres:17", args: [/seed.sh], env: [{name: PGHOST, value: db}]}]}}}
`,
    });
    expect(poolsOf(read)).toEqual(['api → db (unknown)']);
    expect(read.model.servers.map(({ name }) => name)).toEqual(['db']);
  });

  it('adds what further containers of a pod open by variables of their own', async () => {
    const env = (user: string, pool: number) =>
      `env: [{name: DATABASE_URL, value: "postgres://${user}@db/app"}, {name: DB_POOL_MAX, value: "${pool}"}]`;
    const pod = (...containers: string[]) => `apiVersion: apps/v1
kind: Deployment
metadata: {name: api}
spec: {replicas: 2, selector: {}, template: {spec: {containers: [${containers.join(', ')}]}}}
`;
    const sizesOf = async (...containers: string[]) =>
      (await readFiles({ 'api.yaml': pod(...containers) })).model.services[0]?.pools.map(({ size }) => size);
    const api = `{name: api, image: x/api, ${env('api', 7)}}`;
    const sum = (value: number) => [expect.objectContaining({ kind: 'known', value })];
    expect(await sizesOf(api, `{name: side, image: x/side, ${env('side', 3)}}`)).toEqual(sum(10));
    expect(await sizesOf(api, `{name: jobs, image: x/api, command: [jobs], ${env('api', 7)}}`)).toEqual(sum(14));
    expect(await sizesOf(api, `{name: exporter, image: x/exporter, ${env('api', 7)}}`)).toEqual(sum(7));
  });
});
