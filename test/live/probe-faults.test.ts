import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { FaultProxy } from '../helpers/fault-proxy.ts';
import { describeWith } from '../helpers/live.ts';
import {
  documentOf,
  expectOneError,
  loaded,
  objects,
  type Place,
  type ProbeDocument,
  probe,
  steady,
  urlOf,
} from '../helpers/probe.ts';
import { type OwnServer, startOwn } from '../helpers/servers/own-server.ts';
import {
  admin,
  endAll,
  open,
  openUntilRefused,
  ordinary,
  protocolOf,
  type Session,
  settled,
} from '../helpers/sessions.ts';

/** A load of four connections that would run for long. */
const long = [...steady, '--duration', '30s', '--warmup', '100ms', '--timeout', '1s'] as const;

/** Until there is something to lose: the load is on, and a second of it was measured. */
async function wellUnderWay(place: Place, connections = 4): Promise<void> {
  await loaded(place, connections);
  await sleep(1_000);
}

/** What was measured until then, as the result says it. */
function expectPartial({ schema, result }: ProbeDocument, guard: string): void {
  expect(schema).toBe('poolctl.probe/1');
  expect(result).toMatchObject({ finished: 'stopped', stoppedBy: { guard } });
  expect(result.runs[0]?.completed).toBeGreaterThan(4);
  expect(JSON.stringify(result)).not.toContain('NaN');
}

for (const engine of ['postgres', 'mariadb', 'mysql'] as const) {
  describeWith(engine, (server) => {
    const protocol = protocolOf[engine];
    let watcher: Session;
    let place: Place;
    let proxy: FaultProxy;
    const url = () => urlOf(place, { port: proxy.port });

    beforeAll(async () => {
      watcher = await open(protocol, admin(server));
      place = { protocol, server, watcher };
    });
    afterAll(() => watcher.end());
    beforeEach(async () => {
      proxy = await FaultProxy.start(server.host, server.port);
    });
    afterEach(async () => {
      await proxy.close();
      await settled(protocol, watcher, 0, server.user);
    });

    test('a network that swallows everything ends the load, with what was measured', async () => {
      const started = performance.now();
      const probing = probe(url(), [...long, '--json']);
      await wellUnderWay(place);
      const lostAt = performance.now() - started;
      proxy.switchTo('hole');
      const ran = await probing;
      expect(ran.exitCode).toBe(3);
      expectPartial(documentOf(ran), 'control-lost');
      expect(documentOf(ran).result).toMatchObject({
        stoppedBy: { message: expect.stringContaining('fell silent') },
        cleanUp: { verified: false },
      });
      expect(performance.now() - started - lostAt).toBeLessThan(15_000);
    });

    test('connections that are reset all at once end the load, and a new one sees that nothing is left', async () => {
      const probing = probe(url(), long);
      await wellUnderWay(place);
      proxy.switchTo('reset');
      proxy.switchTo('pass');
      const { exitCode, stdout, stderr } = await probing;
      expect(exitCode).toBe(3);
      expectOneError({ stderr }, 'CONNECTION_LOST');
      expect(stdout).toMatch(/sessions left +0 +verified on the server/);
      expect(stdout).toMatch(/stopped/);
    });

    test('a server that refuses connections is told before anything else, and leaves nothing on stdout', async () => {
      const { port } = proxy;
      await proxy.close();
      const ran = await probe(urlOf(place, { port }), long);
      expect(ran).toMatchObject({ exitCode: 3, stdout: '' });
      expectOneError(ran, 'CONNECT_REFUSED');
      proxy = await FaultProxy.start(server.host, server.port);
    });

    test('a slow network is measured as one', async () => {
      proxy.switchTo({ delayMs: 15 });
      const flags = ['--workload', 'select1', '--connection-limit', '2', '--tps', '20', '--duration', '1500ms'];
      const ran = await probe(url(), [...flags, '--json']);
      expect(ran.exitCode).toBe(0);
      const { transport, runs } = documentOf(ran).result;
      expect(transport?.roundTripMs.least).toBeGreaterThanOrEqual(29);
      expect(transport?.connectMs.p50).toBeGreaterThan(60);
      expect(runs[0]?.serviceMs.p50).toBeGreaterThanOrEqual(29);
    });

    test('a file that cannot be written is found before anything is sent to the server', async () => {
      for (const flag of ['-o', '--save', '--hgrm']) {
        const ran = await probe(url(), [...long, flag, '/nowhere/result.json']);
        expect(ran).toMatchObject({ exitCode: 3, stdout: '' });
        expectOneError(ran, 'OUTPUT_UNWRITABLE');
      }
      expect(proxy.connections).toBe(0);
    });
  });
}
