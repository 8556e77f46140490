import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { parseShard } from '../../src/probe/shards/document.ts';
import type { ShardPlan, ShardResult } from '../../src/probe/shards/model.ts';
import { parseShardPlan } from '../../src/probe/shards/plan-document.ts';
import { hashOfPlan } from '../../src/probe/shards/plan-hash.ts';
import { type Child, probe, spawnProbe } from './probe.ts';
import { shardPlanFile } from './shard-plan.ts';

/** Shards of one plan as processes of the built binary, with their files in a folder. */
export class ShardProcesses {
  readonly #url: string;
  readonly #folder: string;
  readonly plan: ShardPlan;
  readonly children: Child[] = [];
  /** What planning wrote. */
  readonly said: string;

  private constructor(url: string, folder: string, plan: ShardPlan, said: string) {
    this.#url = url;
    this.#folder = folder;
    this.plan = plan;
    this.said = said;
  }

  /** Plans by the command, and shortens the waits of the plan: a test has no machines to wait for. */
  static async plan(
    url: string,
    folder: string,
    flags: readonly string[],
    { shards = 3, waitMs = 30_000 } = {},
  ): Promise<ShardProcesses> {
    const file = join(folder, 'plan.json');
    const ran = await probe(url, [...flags, '--shards', `${shards}`, '--save-plan', file]);
    expect({ exitCode: ran.exitCode, stderr: ran.stderr }).toMatchObject({ exitCode: 0 });
    const { hash: _, ...said } = parseShardPlan(readFileSync(file, 'utf8'), file);
    const shorter = { ...said, meeting: { waitMs, leadMs: 2_000 } };
    const plan = { ...shorter, hash: hashOfPlan(shorter) };
    writeFileSync(file, shardPlanFile(plan));
    return new ShardProcesses(url, folder, plan, ran.stdout + ran.stderr);
  }

  /** Starts these shards, which count from 0. */
  start(...indexes: readonly number[]): void {
    for (const index of indexes) {
      const flags = ['--plan', this.file('plan'), '--shard', `${index + 1}/${this.plan.shards}`];
      this.children[index] = spawnProbe([...flags, '--save', this.#shardFile(index)], { DATABASE_URL: this.#url });
    }
  }

  child(index: number): Child {
    const child = this.children[index];
    if (!child) throw new Error(`shard ${index} was not started`);
    return child;
  }

  async ended() {
    return Promise.all(Object.values(this.children).map((child) => child.ended));
  }

  result(index: number): ShardResult {
    const file = this.#shardFile(index);
    return parseShard(readFileSync(file, 'utf8'), file);
  }

  hasFile(index: number): boolean {
    return existsSync(this.#shardFile(index));
  }

  file(name: string): string {
    return join(this.#folder, `${name}.json`);
  }

  /** All that planning and the shards have written, to files and to the terminal. */
  written(): string {
    const files = readdirSync(this.#folder).map((name) => readFileSync(join(this.#folder, name), 'utf8'));
    const outputs = Object.values(this.children).flatMap(({ written }) => [written.stdout, written.stderr]);
    return [this.said, ...files, ...outputs].join('\n');
  }

  #shardFile(index: number): string {
    return this.file(`shard-${index + 1}`);
  }
}
