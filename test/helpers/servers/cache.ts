import { execFile, execFileSync } from 'node:child_process';
import { chmodSync, existsSync, lstatSync, mkdirSync, mkdtempSync, renameSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { FolderRemover } from '../../../src/embedded/folder-remover.ts';
import { serverUser } from '../../../src/embedded/sandbox.ts';

/** The folder `name` of a cache that outlives this run. `build` fills it when it is not there yet. */
export async function cached(name: string, build: (folder: string) => Promise<void>): Promise<string> {
  const folder = join(cacheFolder(), name);
  if (existsSync(folder)) return folder;
  const draft = mkdtempSync(`${folder}.`);
  const remover = new FolderRemover(draft);
  try {
    chmodSync(draft, 0o755);
    await build(draft);
    publish(draft, folder);
  } finally {
    await remover.remove();
  }
  return folder;
}

/** Copies a server's data folder. A process of its own does it with less time of the processor than Node, which also waits. */
export async function copyData(from: string, to: string): Promise<void> {
  await promisify(execFile)('cp', ['-R', from, to]);
}

function publish(draft: string, folder: string): void {
  try {
    renameSync(draft, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error; // Otherwise another run was faster.
  }
}

/** Root's home is often closed to the user who runs the servers. */
function cacheFolder(): string {
  const base = process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache');
  mkdirSync(base, { recursive: true });
  const name = 'poolctl-test-servers';
  const folder = isOpen(base) ? join(base, name) : join(tmpdir(), `${name}-${process.getuid?.()}`);
  mkdirSync(folder, { recursive: true });
  // In a temporary directory anybody may have made it, and put programs into it.
  if (lstatSync(folder).uid !== process.getuid?.()) throw new Error(`${folder} belongs to somebody else`);
  chmodSync(folder, 0o755);
  return folder;
}

function isOpen(folder: string): boolean {
  try {
    execFileSync('test', ['-x', folder], { ...serverUser(), stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
