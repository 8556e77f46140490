import { networkInterfaces } from 'node:os';
import { describe, expect, it } from 'vitest';
import { ConnectionTarget } from '../../../src/engines/target.ts';
import { isThisMachine } from '../../../src/engines/this-machine.ts';

const ownAddresses = Object.values(networkInterfaces()).flatMap((addresses) =>
  (addresses ?? []).map(({ address }) => address),
);

describe('a server is on this machine', () => {
  it.each([
    ...['localhost', 'LOCALHOST', 'localhost.', 'db.localhost', '127.0.0.1', '127.8.8.8', '0.0.0.0'],
    ...['::1', '[::1]', '::', '::ffff:127.0.0.1', '[::ffff:127.0.0.1]'],
    ...ownAddresses,
  ])('at %s', (host) => {
    expect(isThisMachine({ host })).toBe(true);
  });

  it('behind a Unix socket, whatever the host', () => {
    expect(isThisMachine({ host: 'db.internal', socketPath: '/run/x' })).toBe(true);
  });
});

it.each([
  ...['localhost-db.corp.example', '127.db.corp.example', '127.0.0.1.example.com', 'localhost.example.com'],
  ...['db.example.org', '192.0.2.1', '::2', 'notlocalhost', '1127.0.0.1', ''],
])('"%s" is not this machine', (host) => {
  expect(isThisMachine({ host })).toBe(false);
});

it('is asked of the target itself', () => {
  const at = (host: string) =>
    new ConnectionTarget({ protocol: 'postgres', host, port: 5432, user: 'app', tls: { mode: 'prefer' } });
  expect(at('localhost-db.corp.example').isThisMachine).toBe(false);
  expect(at('127.0.0.1').isThisMachine).toBe(true);
});
