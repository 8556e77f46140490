import { expect, it } from 'vitest';
import type { Row } from '../../../src/engines/rows.ts';
import { ConnectionTarget } from '../../../src/engines/target.ts';
import { lookAtConsole } from '../../../src/watch/looks/pgbouncer-look.ts';

const target = new ConnectionTarget({
  ...{ protocol: 'postgres', host: 'db.internal', port: 6432, user: 'stats', database: 'pgbouncer' },
  tls: { mode: 'disable' },
});

/** A console with so many clients, and what was asked of it. */
function consoleWith(clients: readonly Row[], usedClients = clients.length) {
  const asked: string[] = [];
  const answers: Readonly<Record<string, readonly Row[]>> = {
    'SHOW CONFIG': [
      { key: 'max_client_conn', value: '5000' },
      { key: 'logfile', value: '' },
    ],
    'SHOW LISTS': [{ list: 'used_clients', items: String(usedClients) }],
    'SHOW POOLS': [{ database: 'shop', user: 'app', cl_active: '2500', cl_waiting: '3' }],
    'SHOW CLIENTS': clients,
  };
  const session = {
    ...{ target, version: '1.26.1/bouncer' },
    rows: async (sql: string) => {
      asked.push(sql);
      return [...(answers[sql] ?? [])];
    },
  };
  return { session, asked };
}

it('clients that are still logging in are taken, and in no group', async () => {
  const client = { user: 'app', database: 'shop', application_name: 'web', addr: '10.0.0.7', state: 'active' };
  const { session } = consoleWith([client, client], 5);
  const { taken, hidden, groups, version, capacity } = await lookAtConsole(session);
  expect([version, taken, hidden, capacity.usable]).toEqual(['1.26.1', 5, 3, 5_000]);
  expect(groups).toEqual([
    { user: 'app', database: 'shop', application: 'web', client: '10.0.0.7', state: 'active', connections: 2 },
  ]);
});

it('does not have thousands of clients listed, and tells them by pool', async () => {
  const { session, asked } = consoleWith([], 2_503);
  const { groups, taken } = await lookAtConsole(session);
  expect(asked).not.toContain('SHOW CLIENTS');
  expect([taken, groups]).toEqual([
    2_503,
    [
      { user: 'app', database: 'shop', state: 'active', connections: 2_500 },
      { user: 'app', database: 'shop', state: 'waiting', connections: 3 },
    ],
  ]);
});
