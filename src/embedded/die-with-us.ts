import { spawnSync } from 'node:child_process';

/**
 * The same command, made to get `signal` from the kernel when this process ends, even by SIGKILL. `setpriv` execs the
 * command, so its pid is the command's. It is on every Debian; elsewhere the command is returned as it is.
 */
export function dieWithUs(signal: NodeJS.Signals, command: string, args: readonly string[]): [string, string[]] {
  if (!kernelCan()) return [command, [...args]];
  return ['setpriv', ['--pdeathsig', signal, '--', command, ...args]];
}

function kernelCan(): boolean {
  return spawnSync('setpriv', ['--pdeathsig', 'SIGTERM', '--', 'true']).status === 0;
}
