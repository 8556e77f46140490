import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { jsonText } from '../../base/clean.ts';
import { PoolctlError } from '../../base/errors.ts';
import type { Io } from '../../base/io.ts';
import { readText } from '../../cli/input.ts';
import { isNoPlainFile, type ReservedOutput, reserveOutput, unwritable } from '../../cli/reserve.ts';
import { begunShard } from '../../probe/shards/begun.ts';
import { shardDocument } from '../../probe/shards/document.ts';
import type { ShardPlan, ShardResult } from '../../probe/shards/model.ts';

const what = { name: 'the result', flag: '--save' } as const;

/** Where a shard keeps what it knows, again and again, each time whole. */
export interface ShardFile {
  /** @throws PoolctlError OUTPUT_UNWRITABLE; a result that is done is then printed instead */
  keep(result: ShardResult): void;
  release(): void;
}

/**
 * The file of --save. Room for the next text is always held, so that the last one is not lost to a disk that fills up.
 * @throws PoolctlError SHARD_TAKEN, OUTPUT_UNWRITABLE
 */
export function openShardFile(file: string, plan: ShardPlan, io: Io): ShardFile {
  const path = resolve(io.cwd, file);
  const isDevice = isNoPlainFile(path);
  const refuseOther = (run?: string) => {
    if (!isDevice && existsSync(path)) refuseTaken(file, readText(file, io), plan, run);
  };
  refuseOther();
  let isOurs = false;
  let next: ReservedOutput = reserveOutput(file, io.cwd, what);
  return {
    keep(result) {
      const isDone = result.finished !== 'running';
      // A pipe has one reader, who wants one document.
      if (isDevice && !isDone) return;
      const text = `${jsonText(shardDocument(result), 2)}\n`;
      try {
        // Another process may have been given the same file, and looked at it in the same moment.
        refuseOther(result.run);
      } catch (taken) {
        next.release();
        if (isOurs && isDone) io.stdout.write(text);
        throw taken;
      }
      const [own, wasOurs] = [next, isOurs];
      isOurs = true;
      try {
        if (!isDone) next = reserveOutput(file, io.cwd, what);
        own.write(text);
      } catch (cause) {
        // Without room for another text, the room that is held is for the last one.
        if (next === own && wasOurs && !isDone) return;
        own.release();
        if (!isDone) throw cause instanceof PoolctlError ? cause : unwritable(file, cause, '', what);
        io.stdout.write(text);
        throw unwritable(file, cause, ' It was printed instead.', what);
      }
    },
    release: () => next.release(),
  };
}

/**
 * A shard runs once: a second run of it would be of another moment than the others. Where not all have met, none has put
 * a load on, and all may come again. @throws PoolctlError SHARD_TAKEN
 */
function refuseTaken(file: string, text: string, { hash, id }: ShardPlan, run?: string): void {
  const begun = begunShard(text);
  if (begun?.plan.hash !== hash || (run !== undefined && begun.run === run)) return;
  const { finished, host, processId, startedAt } = begun;
  const isRunning = finished === 'running';
  if (!isRunning && startedAt === undefined) return;
  throw new PoolctlError(
    'SHARD_TAKEN',
    isRunning
      ? `${file}: a shard of plan ${id} is writing this file (process ${processId} on ${host}), or was killed.`
      : `${file}: a shard of plan ${id} has its result there already.`,
    { hint: 'Each shard of a plan runs once. Make a new plan for another run, or name another file.' },
  );
}
