import { expect, it } from 'vitest';
import { judgeFleet } from '../../../src/budget/judge-fleet.ts';
import { headlineOf, serverVerdict } from '../../../src/views/fleet/fleet.ts';
import { fleetModel } from '../../helpers/fleet.ts';

it('does not say that a server fits which no service is found to use', () => {
  const { servers, findings } = judgeFleet(
    fleetModel({ servers: { used: {}, orders: {} }, services: { api: { pool: 10, to: 'used' } } }),
  );
  expect(servers.map(({ name, fits }) => [name, fits])).toEqual([
    ['used', 'yes'],
    ['orders', 'unknown'],
  ]);
  expect(findings.map(({ id, server }) => [id, server])).toContainEqual(['no-clients', 'orders']);
  expect(headlineOf(servers)).toBe('1 of 2 servers not known: no service is found that connects to orders.');
  expect(servers.map((server) => serverVerdict(server).answer)).toEqual(['yes', 'unknown']);
});
