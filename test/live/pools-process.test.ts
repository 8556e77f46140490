import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { FaultProxy } from '../helpers/fault-proxy.ts';
import { describeWith } from '../helpers/live.ts';
import { poolEngines } from '../helpers/pools.ts';
import { root } from '../helpers/run.ts';
import { ordinary } from '../helpers/sessions.ts';

for (const engine of poolEngines) {
  describeWith(engine, (server) => {
    const { host, port, user, password, database } = ordinary(server);

    /** A process with a manager `pools` that has a pool `a`. It says `ready` when the script has come to its end. */
    async function running(script: string, at = port): Promise<ChildProcess> {
      const definition = { engine, host, port: at, user, database };
      const code = `
        import { installSignals, LateSecret, PoolManager } from '${root}dist/entries/pools.js';
        const pools = new PoolManager();
        pools.register('a', { ...${JSON.stringify(definition)}, secret: new LateSecret({ env: 'SECRET' }) });
        ${script}
        console.log('ready');`;
      const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
        env: { SECRET: password ?? '' },
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      await once(child.stdout, 'data');
      return child;
    }
    const endOf = async (child: ChildProcess) => {
      const [code, signal] =
        child.exitCode === null && child.signalCode === null
          ? await once(child, 'exit')
          : [child.exitCode, child.signalCode];
      return { code, signal };
    };

    test('a process that uses pools ends by itself when it has nothing else to do', async () => {
      const child = await running(`await Promise.all([1, 2, 3].map(() => pools.executeQuery('a', 'SELECT 1')));`);
      expect(await endOf(child)).toEqual({ code: 0, signal: null });
    });

    test('the first SIGTERM waits for what is in use, and the process ends by that signal', async () => {
      const child = await running(`
        installSignals(pools);
        const lease = await pools.acquire('a');
        process.once('SIGUSR2', () => lease.release());`);
      child.kill('SIGTERM');
      const end = endOf(child);
      expect(await Promise.race([end, waited(300)])).toBe('waited');
      child.kill('SIGUSR2');
      expect(await end).toEqual({ code: null, signal: 'SIGTERM' });
    });

    test('a second SIGTERM ends it at once, though a connection hangs', async () => {
      const proxy = await FaultProxy.start(host, port);
      const child = await running(`installSignals(pools); await pools.acquire('a');`, proxy.port);
      proxy.switchTo('hole');
      child.kill('SIGTERM');
      const end = endOf(child);
      expect(await Promise.race([end, waited(300)])).toBe('waited');
      child.kill('SIGTERM');
      expect(await end).toEqual({ code: 143, signal: null });
      await proxy.close();
    });

    test('a signal that the application handles as well closes the pools and leaves the end to it', async () => {
      const child = await running(`
        process.on('SIGINT', () => setTimeout(() => process.exit(pools.inspectEntries().every(({ idle }) => idle === 0) ? 7 : 8), 500));
        installSignals(pools);
        setInterval(() => {}, 1000);
        await pools.executeQuery('a', 'SELECT 1');`);
      child.kill('SIGINT');
      expect(await endOf(child)).toEqual({ code: 7, signal: null });
    });
  });
}

const waited = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms, 'waited'));
