import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { poolctl, type Ran, type Surroundings } from './run.ts';

/** A project in a temporary folder, for one test. */
export interface TemporaryProject {
  readonly folder: string;
  write(file: string, text: string | Uint8Array): void;
  read(file: string): string;
  /** Runs `poolctl lint` there. */
  lint(flags?: string, surroundings?: Surroundings): Promise<Ran>;
}

export function projectOf(files: Readonly<Record<string, string>> = {}): TemporaryProject {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'poolctl-lint-')));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const project: TemporaryProject = {
    folder,
    write(file, text) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), text);
    },
    read: (file) => readFileSync(join(folder, file), 'utf8'),
    lint: (flags = '', surroundings = {}) => poolctl(`lint ${flags}`, { cwd: folder, ...surroundings }),
  };
  for (const [file, text] of Object.entries(files)) project.write(file, text);
  return project;
}

/** A connection that is given back only when nothing fails. */
export const leak = `import { pool } from './pool.js';

export async function orders() {
  const client = await pool.connect();
  const { rows } = await client.query('SELECT * FROM orders');
  client.release();
  return rows;
}
`;

/** A pool that nothing is wrong with. */
export const pool = `import pg from 'pg';

export const pool = new pg.Pool({ max: 20, connectionTimeoutMillis: 5_000, password: process.env.PASSWORD });
pool.on('error', console.error);
process.once('SIGTERM', () => pool.end());
`;

/** The two, as a project with one finding. */
export const files = { 'src/orders.ts': leak, 'src/pool.ts': pool, 'poolctl.yaml': '' };
