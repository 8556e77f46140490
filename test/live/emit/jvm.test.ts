/**
 * What is written for pools of the JVM, in the pools of Debian: Tomcat JDBC 10.1 by context.xml and by the setters that
 * Spring Boot binds, c3p0 0.9.1.2, and the URL of pgjdbc and of MariaDB Connector/J. Druid, Agroal and MySQL Connector/J are
 * no packages of Debian: their texts are only parsed and read back, in test/unit/emit/jvm.test.ts.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { emitSnippet } from '../../../src/emit/run.ts';
import type { PoolSettings } from '../../../src/size/input.ts';
import { describeWith } from '../../helpers/live.ts';
import { debianJars } from '../../helpers/servers/debian-jvm.ts';
import type { Server } from '../../helpers/servers/facts.ts';
import { findProgram } from '../../helpers/servers/find-program.ts';

const settings: PoolSettings = {
  connectionLimit: 2,
  queueLimit: 0,
  acquireTimeoutMs: 300,
  connectTimeoutMs: 3_000,
  queryTimeoutMs: 500,
};

/** By what the program that runs them calls them. */
const targets = { xml: 'tomcat-jdbc-xml', spring: 'tomcat-jdbc', c3p0: 'c3p0', url: 'jdbc-url' } as const;
type Kind = keyof typeof targets;
const pools = ['xml', 'spring', 'c3p0'] as const;

const jars = ['tomcat10-jdbc', 'tomcat10-juli', 'c3p0', 'postgresql', 'mariadb-java-client'] as const;

for (const engine of ['postgres', 'mariadb'] as const) {
  describeWith(engine, (server) => {
    const java = findProgram('java');
    // A compiler comes with a JDK, not with a JRE; a source file is run by it.
    const isMissing = java === undefined || findProgram('javac') === undefined;
    const title = isMissing ? 'JVM pools (skipped: there is no JDK)' : 'JVM pools';
    describe.skipIf(isMissing)(title, () => {
      let seen: Readonly<Record<string, string>> = {};
      beforeAll(async () => {
        seen = await run(java ?? '', engine, server);
      });

      it.each(pools)('lends connectionLimit connections and no more: %s', (kind) => {
        expect(seen[`${kind}.sessions`]).toBe('2');
      });

      it.each(pools)('gives up after the acquire timeout, in the words of its profile: %s', (kind) => {
        expect(seen[`${kind}.refused`]).toMatch(
          kind === 'c3p0'
            ? /^java\.sql\.SQLException: An attempt by a client to checkout a Connection has timed out\.$/
            : /^org\.apache\.tomcat\.jdbc\.pool\.PoolExhaustedException: \[main\] Timeout: Pool empty\. Unable to fetch a connection in 0 seconds, none available\[size:2; busy:2; idle:0; lastwait:300\]\.$/,
        );
        expect(Number(seen[`${kind}.waitedMs`])).toBeGreaterThanOrEqual(290);
      });

      it.each([...pools, 'url'] as const)('has the server end a statement that takes too long: %s', (kind) => {
        expect(seen[`${kind}.slow`]).toBe(engine === 'postgres' ? '57014' : '70100');
      });

      it.each(pools)('serves again when the server has ended its sessions: %s', (kind) => {
        expect(seen[`${kind}.lost`]).toBeUndefined();
        expect(seen[`${kind}.servedAgain`]).toBe('2');
      });
    });
  });
}

/** What the program printed of each pool. */
async function run(java: string, engine: 'postgres' | 'mariadb', server: Server): Promise<Record<string, string>> {
  const folder = mkdtempSync(join(tmpdir(), 'poolctl-jvm-'));
  try {
    const files = await Promise.all(
      (Object.keys(targets) as Kind[]).map(async (kind) => {
        const { text } = await emitSnippet(targets[kind], settings, { engine });
        const file = join(folder, kind);
        writeFileSync(file, text.replace(/localhost:\d+\/app/, `${server.host}:${server.port}/${server.database}`));
        return `${kind}=${file}`;
      }),
    );
    const scheme = engine === 'postgres' ? 'postgresql' : 'mariadb';
    const env = {
      ...process.env,
      ...{ DB_HOST: server.host, DB_PORT: String(server.port), DB_DATABASE: server.database },
      ...{ DB_USERNAME: server.user, DB_PASSWORD: server.password },
      OBSERVER_URL: `jdbc:${scheme}://${server.host}:${server.port}/${server.database}`,
    };
    const program = fileURLToPath(new URL('jvm/Pools.java', import.meta.url));
    const args = [
      '-XX:TieredStopAtLevel=1',
      '-cp',
      await debianJars(jars),
      program,
      String(settings.connectionLimit),
      ...files,
    ];
    const { stdout } = await promisify(execFile)(java, args, { env, timeout: 60_000 });
    const lines = stdout.split('\n').filter((line) => /^\w+\.\w+=/.test(line));
    return Object.fromEntries(
      lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}
