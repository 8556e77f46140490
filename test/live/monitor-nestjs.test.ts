import 'reflect-metadata';
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { INestApplicationContext, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { DataSource } from 'typeorm';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import type { DatabaseHealthService } from '../../docs/examples/database-health.service.ts';
import { FaultProxy } from '../helpers/fault-proxy.ts';
import { describeWith } from '../helpers/live.ts';
import { root } from '../helpers/run.ts';
import { protocolOf } from '../helpers/sessions.ts';

const folder = mkdtempSync(join(tmpdir(), 'poolctl-nestjs-'));
let Service: Type<DatabaseHealthService>;

beforeAll(async () => {
  Service = await compiled();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

for (const engine of ['postgres', 'mariadb'] as const) {
  describeWith(engine, (server) => {
    const undo: (() => unknown)[] = [];
    afterEach(async () => {
      for (const action of undo.splice(0).reverse()) await action();
    });

    async function started(port = server.port) {
      const { user: username, password, database } = server;
      const place = { host: '127.0.0.1', port, username, password, database, poolSize: 2 };
      const useFactory = () =>
        new DataSource({ type: protocolOf[engine] === 'postgres' ? 'postgres' : 'mysql', ...place }).initialize();
      class AppModule {}
      const logged = vi.fn();
      const application: INestApplicationContext = await NestFactory.createApplicationContext(
        { module: AppModule, providers: [{ provide: DataSource, useFactory }, Service] },
        { logger: { log() {}, error() {}, warn: logged } },
      );
      const dataSource = application.get(DataSource);
      undo.push(async () => {
        await application.close();
        // A connection that was lost is an error of its end, too.
        await dataSource.destroy().catch(() => {});
      });
      return { health: application.get(Service), dataSource, logged };
    }
    const take = async (dataSource: DataSource) => {
      const runner = dataSource.createQueryRunner();
      await runner.connect();
      return runner;
    };

    test('the figures are those of the pool', async () => {
      const { health, dataSource } = await started();
      const runner = await take(dataSource);
      expect(health.getPoolStatus()).toEqual({
        totalConnections: expect.toSatisfy((count) => count === 1 || count === 2),
        activeConnections: 1,
        idleConnections: expect.toSatisfy((count) => count === 0 || count === 1),
        queuedRequests: 0,
        connectionLimit: 2,
        utilizationRate: 50,
      });
      await runner.release();
      expect(await health.checkHealth()).toMatchObject({ reachable: true, saturated: false });
    });

    test('a full pool is saturated and healthy, and warned of when it stays so', async () => {
      const { health, dataSource, logged } = await started();
      await health.checkHealth();
      const held = [await take(dataSource), await take(dataSource)];
      const queued = take(dataSource);
      const { reachable, saturated, pool } = await health.checkHealth();
      expect({ reachable, saturated }).toEqual({ reachable: true, saturated: true });
      expect(pool).toMatchObject({ activeConnections: 2, queuedRequests: 1, utilizationRate: 100 });
      // The rule that many services have calls it down.
      expect(pool.activeConnections < (pool.connectionLimit ?? 0)).toBe(false);
      await vi.waitFor(() => expect(logged).toHaveBeenCalled(), { timeout: 15_000 });
      expect(logged.mock.calls[0]?.[0]).toBe('Connections in use: too many');
      for (const runner of held) await runner.release();
      await (await queued).release();
    });

    test('a database that does not answer is unreachable after 2 s', async () => {
      const proxy = await FaultProxy.start('127.0.0.1', server.port);
      undo.push(() => proxy.close());
      const { health } = await started(proxy.port);
      expect(await health.checkHealth()).toMatchObject({ reachable: true });
      proxy.switchTo('hole');
      expect(await health.checkHealth()).toMatchObject({ reachable: false, saturated: false });
      await proxy.close();
    });
  });
}

/** The example as `nest build` makes it, with a strict compiler and against the built package. */
async function compiled(): Promise<Type<DatabaseHealthService>> {
  mkdirSync(`${folder}/node_modules/@nestjs`, { recursive: true });
  symlinkSync(root, `${folder}/node_modules/poolctl`);
  for (const name of ['@nestjs/common', 'typeorm']) {
    symlinkSync(`${root}node_modules/${name}`, `${folder}/node_modules/${name}`);
  }
  const compilerOptions = {
    ...{
      outDir: folder,
      rootDir: `${root}docs/examples`,
      declaration: false,
      typeRoots: [`${root}node_modules/@types`],
    },
    ...{ experimentalDecorators: true, emitDecoratorMetadata: true, skipLibCheck: true },
  };
  const files = [`${root}docs/examples/database-health.service.ts`];
  writeFileSync(
    `${folder}/tsconfig.json`,
    JSON.stringify({ extends: `${root}tsconfig.json`, compilerOptions, files, include: [] }),
  );
  writeFileSync(`${folder}/package.json`, '{"type":"module"}');
  await promisify(execFile)(`${root}node_modules/.bin/tsc`, ['-p', folder], { cwd: root });
  return (await import(`${folder}/database-health.service.js`)).DatabaseHealthService;
}
