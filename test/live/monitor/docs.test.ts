import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeWith } from '../../helpers/live.ts';
import { poolctl, root, script } from '../../helpers/run.ts';
import { dsn, ordinary } from '../../helpers/sessions.ts';

const examples = [...readFileSync(join(root, 'docs/monitor.md'), 'utf8').matchAll(/```ts\n(.*?)```/gs)]
  .map(([, code = '']) => code)
  .filter((code) => code.includes("from 'pg'"));

describeWith('postgres', (server) => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'poolctl-test-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test.each(examples.map((code, index) => [index + 1, code] as const))(
    'example %i of docs/monitor.md prints what stands there',
    async (_number, code) => {
      const shown = [...code.matchAll(/console\.log\(.*\); \/\/ (.*)$/gm)].map(([, text]) => text);
      const { stdout, exitCode } = await script(code, {
        DATABASE_URL: dsn('postgres', ordinary(server)),
        LOAD_FILE: join(folder, 'load.json'),
      });
      expect({ exitCode, lines: stdout.trim().split('\n') }).toEqual({ exitCode: 0, lines: shown });
    },
  );

  test('the file that an example writes is one for poolctl size --from', async () => {
    const { exitCode, stdout } = await poolctl(['size', '--from', join(folder, 'load.json')]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('connection');
  });
});
