import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { poolctl } from '../../helpers/run.ts';

const cwd = mkdtempSync(join(tmpdir(), 'poolctl-inspect-'));
// Nothing listens there.
const url = 'postgres://app:CANARY@127.0.0.1:1/orders';
writeFileSync(
  join(cwd, 'targets.yaml'),
  'version: 1\ntargets: [{name: orders, dsn: {env: ORDERS_URL}}, {name: users, dsn: {env: NOT_SET}}]\n',
);
afterAll(() => rmSync(cwd, { recursive: true }));

it.each([
  ['inspect env:ORDERS_URL', /^error\[CONNECT_REFUSED]: Nothing listens on 127\.0\.0\.1:1/],
  ['inspect orders --targets targets.yaml', /^error\[CONNECT_REFUSED]: Nothing listens on 127\.0\.0\.1:1/],
  ['size --tps 9 --p95 9 --server env:ORDERS_URL', /^error\[CONNECT_REFUSED]/],
  ['inspect env:NOT_SET', /^error\[INPUT_MISSING]: The environment variable NOT_SET is not set\./],
  ['inspect users --targets targets.yaml', /target users: the environment variable NOT_SET is not set\./],
  [
    'inspect order --targets targets.yaml',
    /"order" is no target of targets\.yaml\. Did you mean "orders"\?\n {2}hint: There are orders, users\./,
  ],
  ['inspect --targets targets.yaml', /^error\[INPUT_MISSING]: Which target of targets\.yaml\?/],
])('%s asks the server of that name', async (line, said) => {
  const { stderr } = await poolctl(line, { cwd, env: { ORDERS_URL: url } });
  expect(stderr).toMatch(said);
  expect(stderr).not.toMatch(/CANARY/);
});
