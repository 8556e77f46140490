import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { expect, it } from 'vitest';
import { poolctl } from '../helpers/run.ts';

// Nothing listens on port 9: what is refused is refused before any server is asked.
const target = 'orders=postgres://monitor@127.0.0.1:9/orders';
const canary = 'canary token';

it.each([
  ['--listen here', 2, 'VALUE_INVALID', '--listen "here" is no address with a port.'],
  ['--listen 0.0.0.0:9187', 2, 'INPUT_MISSING', 'answers other machines, and no token protects it.'],
  ['--listen 9187 --listen-token-env MISSING', 2, 'INPUT_MISSING', 'the environment variable MISSING is not set.'],
  ['--listen 9187 --listen-token-env BROKEN', 2, 'VALUE_INVALID', 'The token in BROKEN has characters'],
  ['--listen-insecure', 2, 'INPUT_MISSING', 'and no --listen that opens it.'],
  ['--listen 9187 --once', 2, 'INPUT_CONTRADICTION', '--once and --listen cannot both be given.'],
  ['--listen 192.0.2.1:9187 --listen-insecure', 3, 'LISTEN_FAILED', 'this machine has no such address.'],
])('poolctl watch %s is refused, with what to do about it', async (flags, exit, code, message) => {
  const { exitCode, stdout, stderr } = await poolctl(`watch ${target} ${flags}`, { env: { BROKEN: canary } });
  expect(stderr).toContain(`error[${code}]: `);
  expect(stderr.replaceAll(/\s+/g, ' ')).toContain(message);
  expect(stderr).toContain('hint: ');
  expect(stderr).not.toContain(canary);
  expect([exitCode, stdout]).toEqual([exit, '']);
});

it('names the port that another program has, and ends', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const { exitCode, stderr } = await poolctl(`watch ${target} --listen ${port}`);
  other.close();
  expect(stderr).toBe(
    `error[LISTEN_FAILED]: Cannot listen on 127.0.0.1:${port}: another program, or another poolctl, listens there.\n` +
      '  hint: Take another port; --listen 0 takes any free one.\n',
  );
  expect(exitCode).toBe(3);
});
