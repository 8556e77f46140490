import { readFileSync } from 'node:fs';
import { didYouMean } from '../../base/suggest.ts';
import type { Check } from '../check.ts';

/** As `engines` of package.json has it. */
const oldestNode = [20, 19] as const;
/** A pool of a hundred, with the sockets and files of an application around it. */
const fewOpenFiles = 1_024;

export const node: Check = {
  id: 'node',
  title: 'Node.js',
  async run() {
    const [major = 0, minor = 0] = process.version.slice(1).split('.').map(Number);
    const isOldEnough = major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1]);
    if (isOldEnough) return { status: 'ok', detail: process.version };
    return { status: 'failed', detail: process.version, fix: `Install Node.js ${oldestNode.join('.')} or newer.` };
  },
};

export const config: Check = {
  id: 'config',
  title: 'configuration',
  async run({ env, variables }) {
    const given = Object.keys(env).filter((name) => name.startsWith('POOLCTL_') && env[name] !== '');
    const unknown = given.filter((name) => !variables.includes(name));
    if (unknown.length === 0) {
      return { status: 'ok', detail: given.length === 0 ? 'no POOLCTL_ variable is set' : `set: ${given.join(', ')}` };
    }
    return {
      status: 'warning',
      detail: `${unknown.join(', ')}: nothing reads it.`,
      fix: `${unknown.map((name) => didYouMean(name, variables).trim()).find(Boolean) ?? 'Remove it.'} \`poolctl explain environment\` tells which there are.`,
    };
  },
};

export const openFiles: Check = {
  id: 'open-files',
  title: 'open files',
  async run() {
    const limit = softLimit();
    if (limit === undefined) return undefined;
    const detail = `at most ${limit} in a process started here (ulimit -n); every connection is one`;
    if (limit === 'unlimited' || limit >= fewOpenFiles) return { status: 'ok', detail };
    return {
      status: 'warning',
      detail,
      fix: `Raise it for the application: LimitNOFILE=${fewOpenFiles * 8} in systemd, or ulimit -n.`,
    };
  },
};

/** This process's limit on open files, which programs started here inherit; undefined where there is no /proc. */
function softLimit(): number | 'unlimited' | undefined {
  try {
    const [, soft] = /^Max open files\s+(\S+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
    return soft === 'unlimited' ? soft : Number(soft) || undefined;
  } catch {
    return undefined;
  }
}
