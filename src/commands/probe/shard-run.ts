import { type ExitCode, PoolctlError } from '../../base/errors.ts';
import type { Io } from '../../base/io.ts';
import type { Warning } from '../../base/warning.ts';
import { withoutUndefined } from '../../base/without-undefined.ts';
import { consentOf } from '../../cli/consent.ts';
import type { Flag } from '../../cli/flag.ts';
import { readInput } from '../../cli/input.ts';
import type { ReadOption } from '../../cli/options.ts';
import { isDocumentOnStdout, type Report, reportWriter } from '../../cli/output.ts';
import { dsnArgument } from '../../cli/server-flags.ts';
import { readTarget } from '../../cli/target.ts';
import type { ShardPlan, ShardResult } from '../../probe/shards/model.ts';
import {
  answerFlags,
  embeddedFlag,
  guardFlags,
  partFlags,
  poolerFlags,
  shardFlags,
  taskFlags,
  trafficFlags,
  workFlags,
} from './flags.ts';
import { givenFlag } from './given.ts';
import { probeProgress } from './progress.ts';
import { shardPartOf } from './shard-part.ts';
import { sortArguments } from './target.ts';

/** Does one shard's part of a plan, and writes what it has measured, for `report --shards`. */
export async function runPlannedShard(
  read: ReadOption,
  io: Io,
  args: readonly (string | undefined)[],
): Promise<ExitCode> {
  const { dsn, pool } = sortArguments(args);
  refusePlanned(read, pool);
  const write = reportWriter(read, io);
  const plan = await readPlan(read, io, dsn);
  const part = shardPartOf(read, io.env, plan);
  refuseRestart(io.env);
  const save = read(answerFlags.save)?.value;
  if (save === undefined && !isDocumentOnStdout(read)) {
    throw new PoolctlError('INPUT_MISSING', 'What a shard measures is worth nothing unless it is kept.', {
      hint: `Add --save shard-${part.index + 1}.json, or --json for standard output.`,
    });
  }
  if (save === '-') {
    throw new PoolctlError('VALUE_INVALID', '--save writes a file.', { hint: 'Give --json for standard output.' });
  }
  const { openShardFile } = await import('./shard-file.ts');
  const file = save === undefined ? undefined : openShardFile(save, plan, io);
  const { onEvent, end } = probeProgress(io, !read(answerFlags['no-progress']));
  try {
    const named = await readTarget(dsnArgument(dsn), read, io);
    onEvent({
      type: 'stage',
      text: `shard ${part.index + 1} of ${part.of} of plan ${plan.id} on ${named.target.address}`,
    });
    const { runShard } = await import('../../probe/shards/run-shard.ts');
    const { result, failure } = await runShard({
      ...{ plan, part, target: named.target, timeoutMs: named.timeoutMs, onEvent },
      consent: (reason) =>
        plan.guard.isAgreedTo || read(guardFlags.yes) ? Promise.resolve(true) : consentOf(reason, io),
      interrupted: io.interrupted,
      ...withoutUndefined({ crashed: io.crashed }),
      now: io.now,
      startedAt: new Date(),
      keep: async (known) => file?.keep(known),
    }).finally(end);
    // Its file says the same, and there is nothing else to show.
    if (failure !== undefined && result.steps.length === 0) throw failure;
    await write(await shardReport(result, named.warnings, save));
    return exitCodeOf(failure, read);
  } finally {
    file?.release();
  }
}

/** A plan says all of it: two shards that did different things could not be added up. @throws PoolctlError */
function refusePlanned(read: ReadOption, pool: string | undefined): void {
  const { yes: _, clean: __, ...guards } = guardFlags;
  const planned: readonly Readonly<Record<string, Flag>>[] = [
    ...[workFlags, trafficFlags, taskFlags, guards, poolerFlags, embeddedFlag, shardFlags],
  ];
  const ofResult: readonly Flag[] = [answerFlags.emit, answerFlags.hgrm];
  const [other] = planned.flatMap((rows) => Object.values(rows)).flatMap((row) => givenFlag(read, row) ?? []);
  if (other ?? pool) {
    throw new PoolctlError(
      'INPUT_CONTRADICTION',
      `${other ?? pool} and --plan cannot both be given: the plan says it.`,
      {
        hint: 'Leave it out, or make another plan with --shards and --save-plan.',
      },
    );
  }
  const [later] = ofResult.flatMap((row) => givenFlag(read, row) ?? []);
  if (later) {
    throw new PoolctlError(
      'INPUT_CONTRADICTION',
      `${later} and --plan cannot both be given: one shard has no answer.`,
      {
        hint: 'It goes with `poolctl report --shards`, when all have ended.',
      },
    );
  }
}

async function readPlan(read: ReadOption, io: Io, dsn: string | undefined): Promise<ShardPlan> {
  const file = read(partFlags.plan)?.value ?? '-';
  if (file === '-' && dsn === '-') {
    throw new PoolctlError('INPUT_CONTRADICTION', 'Standard input cannot be both the plan and the DSN.', {
      hint: 'Put the DSN into DATABASE_URL, or the plan into a file.',
    });
  }
  const { text, name } = await readInput(file, io);
  const { parseShardPlan } = await import('../../probe/shards/plan-document.ts');
  return parseShardPlan(text, name);
}

/** Slurm starts a job again that was requeued, at a moment at which the others are gone. @throws PoolctlError SHARD_TAKEN */
function refuseRestart(env: Io['env']): void {
  const restarts = Number(env['SLURM_RESTART_COUNT'] ?? 0);
  if (!(restarts > 0)) return;
  throw new PoolctlError(
    'SHARD_TAKEN',
    `Slurm has started this job again (SLURM_RESTART_COUNT ${restarts}), and each shard runs once.`,
    {
      hint: 'Submit jobs with --no-requeue, and make a new plan for another run.',
    },
  );
}

function exitCodeOf(failure: unknown, read: ReadOption): ExitCode {
  if (failure === undefined) return 0;
  if (failure instanceof PoolctlError && isDocumentOnStdout(read)) return failure.exitCode;
  throw failure;
}

async function shardReport(result: ShardResult, named: readonly Warning[], save: string | undefined): Promise<Report> {
  const { shardDocument } = await import('../../probe/shards/document.ts');
  const { shardView } = await import('../../views/probe/shard.ts');
  const { cutShort } = await import('../../probe/warnings.ts');
  const { finished, stoppedBy } = result;
  const cut = finished === 'running' ? [] : cutShort({ finished, ...withoutUndefined({ stoppedBy }) });
  const warnings = [...named, ...cut];
  const { schema, result: written } = shardDocument(result);
  return { schema, result: written, warnings, view: () => ({ ...shardView(result, save), warnings }) };
}
