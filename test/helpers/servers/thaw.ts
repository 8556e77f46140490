import { spawn } from 'node:child_process';

/**
 * Has stopped processes continued as soon as this process has ended, even by SIGKILL: until then they would get no
 * other signal than SIGKILL, and stay. Returns how to call it off.
 */
export function thawAtDeath(pids: readonly number[]): () => void {
  const shell = spawn('sh', ['-c', 'cat; kill -CONT "$@"', 'sh', ...pids.map(String)], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  shell.unref();
  let group = shell.pid;
  return () => {
    if (group !== undefined) process.kill(-group, 'SIGKILL');
    group = undefined;
  };
}
