import { describe, expect, it } from 'vitest';
import type { ReadFleet } from '../../../src/fleet/read-fleet.ts';
import { readFiles } from '../../helpers/fleet-files.ts';

const database = 'services:\n  db: {image: postgres:17, command: postgres -c max_connections=50}\n';
const web = (pool: number, replicas = 1) =>
  `  web: {image: x/web, deploy: {replicas: ${replicas}}, environment: {DATABASE_URL: "postgres://app@db/app", DB_POOL_MAX: ${pool}}}\n`;

const poolsOf = ({ model }: ReadFleet) =>
  model.services.flatMap(({ name, pools }) =>
    pools.map(({ to, size }) => `${name} → ${to}: ${size.kind === 'known' ? size.value : '?'}`),
  );

describe('several compose files', () => {
  it('counts a service once where one folder has variants of it, as production runs it, and names the others', async () => {
    const read = await readFiles({
      'compose.yml': database + web(4),
      'compose.override.yml': 'services:\n  web: {command: node --watch app.js}\n',
      'compose.deploy.yml': 'services:\n  web: {environment: {DB_POOL_MAX: 7}}\n',
    });
    expect(poolsOf(read)).toEqual(['web → db: 7']);
    expect(read.findings.map(({ id }) => id)).toContain('left-out');
  });

  it('starts a server of its own with each folder, which only its services use', async () => {
    const read = await readFiles({
      'docker-compose.yml': database + web(4),
      'orders/docker-compose.yml': `${database}  orders: {image: x/orders, environment: {DATABASE_URL: "postgres://app@db/app", DB_POOL_MAX: 9}}\n`,
      'billing/compose.yml': database + web(5),
    });
    expect(poolsOf(read)).toEqual([
      'web → db: 4',
      'web (billing/compose.yml) → db (billing/compose.yml): 5',
      'orders → db (orders/docker-compose.yml): 9',
    ]);
  });

  it('reads the same again with the servers that init has written', async () => {
    const files = { 'docker-compose.yml': database + web(4), 'cypress/docker-compose.yml': database + web(5) };
    const again = await readFiles({
      ...files,
      'fleet.yaml': 'servers:\n  db: {budget: report}\n  "db (cypress/docker-compose.yml)": {budget: report}\n',
    });
    const first = await readFiles(files);
    expect(poolsOf(again)).toEqual(poolsOf(first));
    expect(again.model.servers.map(({ name, limit }) => [name, limit.kind])).toEqual([
      ['db', 'limit'],
      ['db (cypress/docker-compose.yml)', 'limit'],
    ]);
  });
});
