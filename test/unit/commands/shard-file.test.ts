import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Io } from '../../../src/base/io.ts';
import { openShardFile } from '../../../src/commands/probe/shard-file.ts';
import { parseShard } from '../../../src/probe/shards/document.ts';
import type { ShardResult } from '../../../src/probe/shards/model.ts';
import { dealtShards } from '../../helpers/shard-results.ts';

const disk = vi.hoisted(() => ({ isFull: false }));
vi.mock('../../../src/cli/reserve.ts', async (original) => {
  const real = await original<typeof import('../../../src/cli/reserve.ts')>();
  return {
    ...real,
    reserveOutput: (...given: Parameters<typeof real.reserveOutput>) => {
      if (disk.isFull) throw real.unwritable(given[0], { code: 'ENOSPC' }, '', given[2]);
      return real.reserveOutput(...given);
    },
  };
});

let cwd: string;
let printed: string;
const [one, two] = dealtShards(7, { count: 30 }).shards as readonly [ShardResult, ShardResult];
const running = (result: ShardResult): ShardResult => ({ ...result, finished: 'running', steps: [] });
const held = () => parseShard(readFileSync(join(cwd, 'shard.json'), 'utf8'), 'shard.json');

function opened() {
  const io = { cwd, stdout: { write: (text: string) => (printed += text) } } as unknown as Io;
  return openShardFile('shard.json', one.plan as never, io);
}

beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'poolctl-shard-file-'));
  printed = '';
  disk.isFull = false;
});
afterEach(() => rmSync(cwd, { recursive: true }));

it('is of one shard, also where two processes were given it at the same moment', () => {
  const [first, second] = [opened(), opened()];
  first.keep(running(one));
  expect(() => second.keep(running(two))).toThrow(/shard\.json: a shard of plan .* is writing this file/);
  second.release();
  first.keep({ ...one, finished: 'running' });
  first.keep(one);
  first.release();
  expect(held()).toMatchObject({ run: one.run, finished: 'complete' });
  expect(readdirSync(cwd)).toEqual(['shard.json']);
});

it('keeps the result of another shard that took it, and prints its own', () => {
  const [first, second] = [opened(), opened()];
  first.keep(running(one));
  rmSync(join(cwd, 'shard.json'));
  second.keep(running(two));
  second.keep(two);
  expect(() => first.keep(one)).toThrow(/has its result there already/);
  expect(held().run).toBe(two.run);
  expect(parseShard(printed, 'stdout').run).toBe(one.run);
  for (const file of [first, second]) file.release();
  expect(readdirSync(cwd)).toEqual(['shard.json']);
});

it('has room for the result where the disk fills up after the shard has begun', () => {
  const file = opened();
  file.keep(running(one));
  disk.isFull = true;
  file.keep({ ...one, finished: 'running' });
  expect(held()).toMatchObject({ finished: 'running', steps: [] });
  file.keep(one);
  file.release();
  expect(held()).toMatchObject({ run: one.run, finished: 'complete' });
  expect(readdirSync(cwd)).toEqual(['shard.json']);
});

it('is refused before anything is done where the disk has no room for two texts', () => {
  const file = opened();
  disk.isFull = true;
  expect(() => file.keep(running(one))).toThrow(/Cannot write the result to shard\.json \(ENOSPC\)/);
  file.release();
  expect(readdirSync(cwd)).toEqual([]);
});
