import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { EngineId } from '../../../src/base/engine.ts';
import { readPool } from '../../../src/convert/run.ts';
import { emitSnippets } from '../../../src/emit/run.ts';
import type { EmitInput } from '../../../src/emit/target.ts';
import type { PoolSettings } from '../../../src/size/input.ts';

const usual: PoolSettings = { connectionLimit: 9, queueLimit: 5, acquireTimeoutMs: 1_500, connectTimeoutMs: 2_000 };
const edge: PoolSettings = { connectionLimit: 1, queueLimit: 0, acquireTimeoutMs: 0, connectTimeoutMs: 2_000 };
const limited: PoolSettings = { ...usual, queryTimeoutMs: 700 };
const refusing: PoolSettings = { ...usual, queueLimit: 0, nobodyWaits: true };

async function textOf(
  name: string,
  settings: PoolSettings,
  engine: EngineId = 'postgres',
  driverVersion?: EmitInput['driverVersion'],
): Promise<string> {
  const fleet = { instances: 1, processesPerInstance: 1, connections: settings.connectionLimit };
  const { snippets } = await emitSnippets({ names: [name], settings, why: [], fleet, engine, driverVersion });
  return snippets[0]?.text ?? '';
}

const written: readonly (readonly [name: string, file: string, engines: readonly EngineId[]])[] = [
  ['pgxpool', 'db.go', ['postgres']],
  ['sqlx', 'db.rs', ['postgres', 'mysql', 'mariadb']],
  ['deadpool', 'db.rs', ['postgres']],
  ['bb8', 'db.rs', ['postgres']],
  ['r2d2', 'db.rs', ['postgres', 'mysql', 'mariadb']],
];
const each = written.flatMap(([name, file, engines]) => engines.map((engine) => ({ name, file, engine })));

/** What the pool of that system has an option for, as its reader finds it. */
const has: Readonly<Record<string, readonly (keyof PoolSettings)[]>> = {
  pgxpool: ['connectionLimit', 'connectTimeoutMs', 'queryTimeoutMs'],
  sqlx: ['connectionLimit', 'acquireTimeoutMs', 'queryTimeoutMs'],
  deadpool: ['connectionLimit', 'acquireTimeoutMs', 'connectTimeoutMs', 'queryTimeoutMs'],
  bb8: ['connectionLimit', 'acquireTimeoutMs', 'connectTimeoutMs', 'queryTimeoutMs'],
  r2d2: ['connectionLimit', 'acquireTimeoutMs', 'connectTimeoutMs', 'queryTimeoutMs'],
};

describe('what is written for Go and Rust', () => {
  it.each(each)('is read again as the same settings: $name for $engine', async ({ name, file, engine }) => {
    for (const settings of [usual, edge, limited, refusing]) {
      const { settings: read } = await readPool({ text: await textOf(name, settings, engine), file });
      for (const setting of has[name] ?? []) expect(read[setting], setting).toEqual(settings[setting]);
    }
  });

  it.skipIf(!isInstalled('rustfmt'))('is written as rustfmt writes it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'poolctl-rustfmt-'));
    try {
      const files: string[] = [];
      for (const [index, { name, engine }] of each.filter((one) => one.file.endsWith('.rs')).entries()) {
        for (const [kind, settings] of Object.entries({ edge, limited, refusing })) {
          files.push(join(folder, `${name}_${index}_${kind}.rs`));
          writeFileSync(files.at(-1) ?? '', await textOf(name, settings, engine));
        }
      }
      execFileSync('rustfmt', ['--edition', '2021', '--check', ...files], { stdio: 'pipe' });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it.skipIf(!isInstalled('gofmt'))('is written as gofmt writes it', async () => {
    for (const settings of [usual, edge, limited, refusing]) {
      const text = await textOf('pgxpool', settings);
      expect(execFileSync('gofmt', { input: text, encoding: 'utf8' })).toBe(text);
    }
  });

  it('refuses at once where nobody may wait, and asks the pool itself where any number may', async () => {
    expect(await textOf('go', refusing)).toContain('make(chan struct{}, 9)');
    expect(await textOf('pgxpool', refusing)).toContain('refused when no connection is free');
    expect(await textOf('sqlx', refusing)).toContain('AtomicUsize::new(9);');
    expect(await textOf('r2d2', usual)).toContain('AtomicUsize::new(9 + 5);');
    for (const { name, engine } of each) expect(await textOf(name, edge, engine)).not.toMatch(/places|PLACES|UseConn/);
  });

  it('waits for a year where a pool of Rust knows no wait without a limit', async () => {
    for (const name of ['sqlx', 'bb8', 'r2d2']) {
      expect(await textOf(name, edge)).toContain('timeout(Duration::from_secs(365 * 24 * 3_600))');
    }
    expect(await textOf('deadpool', edge)).toContain('wait: None');
  });

  it('has the function that pgx 4 makes a pool with', async () => {
    const text = await textOf('pgxpool', usual, 'postgres', [4, 18]);
    expect(text).toContain('"github.com/jackc/pgx/v4/pgxpool"');
    expect(text).toContain('return pgxpool.Connect(ctx, dsn.String())');
  });

  it.each([
    ['mysql', 'SET SESSION max_execution_time = 700'],
    ['mariadb', 'SET SESSION max_statement_time = 0.7'],
  ] as const)('has %s stop statements at the start of each session', async (engine, sql) => {
    expect(await textOf('sqlx', limited, engine)).toContain(`sqlx::query("${sql}")`);
    expect(await textOf('r2d2', limited, engine)).toContain(`.init(vec!["${sql}"])`);
  });
});

function isInstalled(program: string): boolean {
  try {
    execFileSync(program, ['-h'], { stdio: 'ignore' });
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ENOENT';
  }
}
