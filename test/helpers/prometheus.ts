import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../src/embedded/port.ts';
import { promtool, promtoolProgram } from './promtool.ts';

export interface RunningPrometheus {
  readonly port: number;
  stop(): Promise<void>;
}

/**
 * Debian's Prometheus on 127.0.0.1, whose history is the given text of OpenMetrics. It scrapes nothing.
 * @throws Unavailable where this machine cannot have it
 */
export async function startPrometheus(openMetrics: string, flags: readonly string[] = []): Promise<RunningPrometheus> {
  const folder = mkdtempSync(join(tmpdir(), 'poolctl-prometheus-'));
  const port = await freePort();
  writeFileSync(join(folder, 'history.om'), openMetrics);
  writeFileSync(join(folder, 'prometheus.yml'), 'global: { scrape_interval: 1m }\n');
  const made = await promtool(
    ['tsdb', 'create-blocks-from', 'openmetrics', '--quiet', '--max-block-duration=192h', 'history.om', 'data'],
    { cwd: folder },
  );
  if (made.exitCode !== 0) throw new Error(made.stderr);
  const [command, ...before] = await promtoolProgram('prometheus');
  const child = spawn(
    command,
    [
      ...before,
      ...['--config.file=prometheus.yml', '--storage.tsdb.path=data', '--storage.tsdb.retention.time=50y'],
      ...[`--web.listen-address=127.0.0.1:${port}`, ...flags],
    ],
    { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const ended = once(child, 'exit');
  const stop = async () => {
    child.kill('SIGKILL');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await ready(child, port);
  } catch (error) {
    await stop();
    throw error;
  }
  return { port, stop };
}

async function ready(child: ChildProcess, port: number): Promise<void> {
  let log = '';
  child.stderr?.on('data', (bytes) => {
    log = `${log}${bytes}`.slice(-2_000);
  });
  while (child.exitCode === null) {
    const answer = await fetch(`http://127.0.0.1:${port}/-/ready`).catch(() => undefined);
    if (answer?.ok) return;
    await sleep(50);
  }
  throw new Error(`Prometheus ended: ${log}`);
}
