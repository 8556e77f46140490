// `poolctl probe` as a user has it: in one process, or in as many as a plan has shards.
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../probe-truth/shared.mjs';

/** What the command prints with --json. */
export function poolctl({ server }, args) {
  const { host, port, user, password, database } = server;
  const DATABASE_URL = `postgres://${user}:${encodeURIComponent(password)}@${host}:${port}/${database}?sslmode=disable`;
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      [join(root, 'bin/poolctl'), ...args, '--json'],
      { env: { ...process.env, DATABASE_URL }, maxBuffer: 2 ** 28 },
      (error, stdout, stderr) => {
        if (error) reject(new Error(`poolctl ${args.join(' ')} ended with ${error.code}: ${stderr}${stdout}`));
        else resolve(JSON.parse(stdout).result);
      },
    );
  });
}

export function oneProbe(place, flags) {
  return poolctl(place, ['probe', ...flags]);
}

/** From the plan to the merged result. */
export async function shardedProbe(place, shards, flags) {
  const folder = await mkdtemp(join(tmpdir(), 'probe-shards-'));
  try {
    const plan = join(folder, 'plan.json');
    await poolctl(place, ['probe', ...flags, '--shards', String(shards), '--save-plan', plan]);
    const files = Array.from({ length: shards }, (_, index) => join(folder, `shard-${index + 1}.json`));
    await Promise.all(
      files.map((file, index) =>
        poolctl(place, ['probe', '--plan', plan, '--shard', `${index + 1}/${shards}`, '--save', file]),
      ),
    );
    await Promise.all(files.map((file) => readFile(file)));
    return await poolctl(place, ['report', '--shards', ...files]);
  } finally {
    await rm(folder, { recursive: true });
  }
}
