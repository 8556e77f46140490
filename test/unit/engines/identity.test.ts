import { describe, expect, it } from 'vitest';
import { forwardedFrom, isSameServer, relayedFrom, type ServerIdentity } from '../../../src/engines/identity.ts';
import { ConnectionTarget, type TargetParts } from '../../../src/engines/target.ts';

const server: ServerIdentity = { host: '10.0.0.5', port: 5432, startedAtMs: 1_700_000_000_000 };
const target = (parts: Partial<TargetParts>) =>
  new ConnectionTarget({
    ...{ protocol: 'postgres', host: 'db', port: 5432, user: 'app' },
    tls: { mode: 'disable' },
    ...parts,
  });

describe('two sessions', () => {
  it.each<[string, Partial<ServerIdentity>, boolean]>([
    ['of one run of a server', {}, true],
    ['whose start is known to a second or two', { startedAtMs: 1_700_000_001_500 }, true],
    ['before and after a restart', { startedAtMs: 1_700_000_060_000 }, false],
    ['of two servers on one machine', { port: 5433 }, false],
    ['of two machines', { host: '10.0.0.6' }, false],
    ['of two servers that name themselves', { id: 'two' }, false],
  ])('%s', (_, changes, isSame) => {
    expect(isSameServer(server, { ...server, ...changes })).toBe(isSame);
    expect(isSameServer({ ...server, ...changes }, server)).toBe(isSame);
  });
});

describe('a server', () => {
  it('that listens on another port than the one that was asked has something before it', () => {
    expect(forwardedFrom(server, target({ port: 9999 }))).toBe(5432);
  });

  it('on its own port, on a Unix socket or without a port that it names has nothing that can be seen', () => {
    expect(forwardedFrom(server, target({}))).toBeUndefined();
    expect(forwardedFrom(server, target({ port: 1, socketPath: '/run/.s.PGSQL.5432' }))).toBeUndefined();
    expect(forwardedFrom({ host: 'vm' }, target({ port: 9999 }))).toBeUndefined();
  });
});

describe('a session', () => {
  it.each([
    ['that the server sees come from where it leaves', 40_000, 40_000, undefined],
    ['that something in between has opened anew', 51_000, 40_000, 51_000],
    ['on a Unix socket', undefined, undefined, undefined],
    ['whose origin the server does not tell', undefined, 40_000, undefined],
  ])('%s', (_, seen, local, relayed) => {
    expect(relayedFrom(seen, local)).toBe(relayed);
  });
});
