import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Cause } from '../../src/diagnose/diagnosis.ts';
import { diagnosisOf } from '../helpers/causes/diagnosed.ts';
import { describeWith } from '../helpers/live.ts';
import { root, script } from '../helpers/run.ts';
import type { Server } from '../helpers/servers/facts.ts';
import { dsn, ordinary, type Protocol } from '../helpers/sessions.ts';

function suite(protocol: Protocol, forced: readonly Cause[]) {
  return (server: Server) => {
    test.each(forced)('the flight recorder sees why requests wait for a connection: %s', async (cause) => {
      const { evidence, ...diagnosis } = await diagnosisOf(cause, { protocol, server, seed: 1, durationMs: 2_500 });
      expect({ cause: diagnosis.cause, evidence }).toEqual({ cause, evidence: expect.anything() });
    });
  };
}

// Each once; test/bench/causes.mjs forces all of them on both.
describeWith('postgres', suite('postgres', ['leak', 'slow-database', 'nested-acquire', 'slow-connects']));
describeWith('mariadb', suite('mysql', ['too-small', 'burst', 'event-loop']));

describeWith('postgres', (server) => {
  test('the examples of docs/recording.md print what stands there, the second from the file of the first', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'poolctl-test-'));
    const text = readFileSync(join(root, 'docs/recording.md'), 'utf8');
    const examples = [...text.matchAll(/```ts\n(.*?)```/gs)].map(([, code = '']) => code);
    const env = { DATABASE_URL: dsn('postgres', ordinary(server)), RECORDING: join(folder, 'recording.json') };
    try {
      for (const example of examples) {
        const shown = [...example.matchAll(/console\.log\(.*\); \/\/ (.*)$/gm)].map(([, line]) => line);
        const { stdout, exitCode } = await script(example, env);
        expect({ exitCode, stdout: stdout.trim() }).toEqual({ exitCode: 0, stdout: shown.join('\n') });
      }
      expect(examples).toHaveLength(2);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
