import { readdirSync, readFileSync } from 'node:fs';

/** A process and all that descend from it. Where there is no /proc, the process alone. */
export function processTree(root: number): number[] {
  const parents = parentsByPid();
  const tree = [root];
  for (const member of tree) {
    for (const [pid, parent] of parents) if (parent === member) tree.push(pid);
  }
  return tree;
}

function parentsByPid(): [pid: number, parent: number][] {
  try {
    const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
    return pids.map((pid) => [Number(pid), parentOf(pid)]);
  } catch {
    return [];
  }
}

function parentOf(pid: string): number {
  try {
    // The program's name, in brackets, may hold anything.
    const [, , parent] = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/.*\)/s, 'pid').split(' ');
    return Number(parent);
  } catch {
    return 0; // It has just ended.
  }
}
