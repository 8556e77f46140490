import { expect, test } from 'vitest';
import { describeWith } from '../helpers/live.ts';
import { poolctl } from '../helpers/run.ts';
import { startOwn } from '../helpers/servers/own-server.ts';
import { dsn, ordinary } from '../helpers/sessions.ts';

// MySQL keeps 810 files, MariaDB 3230 (profiles/servers, openFilesLimit).
for (const [engine, openFiles, asked, left] of [
  ['mysql', 1_024, 1_000, 214],
  ['mariadb', 4_096, 5_000, 866],
] as const) {
  describeWith(engine, () => {
    test(`inspect and doctor say that ${openFiles} open files are why ${left} connections are let in`, async () => {
      const own = await startOwn(engine, { 'max-connections': asked }, { openFiles });
      try {
        const env = { DATABASE_URL: dsn('mysql', ordinary(own)) };
        const inspected = JSON.parse((await poolctl('inspect --json', { env })).stdout);
        expect(inspected.result.limits).toMatchObject({
          ...{ maxConnections: left, lowered: { by: `open_files_limit ${openFiles}` } },
        });
        expect(inspected.warnings).toContainEqual(expect.objectContaining({ code: 'LOWERED_BY_OPEN_FILES' }));
        expect((await poolctl('inspect', { env })).stdout).toMatch(`max_connections, by open_files_limit ${openFiles}`);
        const { result } = JSON.parse((await poolctl('doctor --json', { env })).stdout);
        expect(result.checks).toContainEqual(
          expect.objectContaining({
            ...{ id: 'limits', status: 'warning' },
            detail: expect.stringContaining(`open_files_limit ${openFiles} lets in ${left}`),
          }),
        );
      } finally {
        await own.stop();
      }
    });
  });
}
