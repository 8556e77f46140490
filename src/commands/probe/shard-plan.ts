import { type ExitCode, PoolctlError } from '../../base/errors.ts';
import type { Io } from '../../base/io.ts';
import { withoutUndefined } from '../../base/without-undefined.ts';
import { consentOf } from '../../cli/consent.ts';
import type { Flag } from '../../cli/flag.ts';
import { jsonOf } from '../../cli/json-of.ts';
import type { ReadOption } from '../../cli/options.ts';
import { outputFlags, type Report, reportWriter } from '../../cli/output.ts';
import { reserveOutput } from '../../cli/reserve.ts';
import { shardPlanSchemaName } from '../../probe/schema-name.ts';
import type { ShardPlan } from '../../probe/shards/model.ts';
import { answerFlags, embeddedFlag, partFlags, poolerFlags, shardFlags, taskFlags } from './flags.ts';
import { givenFlag } from './given.ts';
import { findPlace, sortArguments } from './target.ts';

const defaultWaitMs = 300_000;

/** Looks at the server, and writes what each of several processes will do on it. */
export async function planShardedProbe(
  read: ReadOption,
  io: Io,
  args: readonly (string | undefined)[],
): Promise<ExitCode> {
  const { shards, file } = readWish(read);
  refuseOther(read);
  const [saved, output] = [file, read(outputFlags.output)?.value].map((name) =>
    name === undefined || name === '-' ? undefined : reserveOutput(name, io.cwd),
  );
  try {
    const write = reportWriter(read, io, { reserved: output });
    const { dsn, pool } = sortArguments(args);
    const { named, timeoutMs, what } = await findPlace(dsn, read, io);
    if (!named) throw new Error('a place without a server');
    if (!read(answerFlags['no-progress'])) io.stderr.write(`${what.replace('probing', 'planning for')}\n`);
    const { probeInput } = await import('./input.ts');
    const { usualWorkload } = await import('./workload.ts');
    const { hasConsent, workload, ...asked } = await probeInput(read, io, pool, shards);
    const { planShards } = await import('../../probe/shards/plan.ts');
    const planned = await planShards({
      request: {
        ...asked,
        target: named.target,
        timeoutMs,
        workload: workload ?? (await usualWorkload()),
        consent: (reason) => (hasConsent ? Promise.resolve(true) : consentOf(reason, io)),
        onEvent: () => {},
        interrupted: io.interrupted,
        now: io.now,
        startedAt: new Date(),
      },
      shards,
      waitMs: read(shardFlags.wait)?.value ?? defaultWaitMs,
      isAgreedTo: hasConsent,
    });
    const { blind, killedBefore } = await import('../../probe/warnings.ts');
    const { shardPlanView } = await import('../../views/probe/shard-plan.ts');
    const warnings = [...named.warnings, ...blind(planned), ...killedBefore(withoutUndefined(planned))];
    const { plan } = planned;
    const report: Report = {
      schema: shardPlanSchemaName,
      result: plan,
      warnings,
      view: () => ({ ...shardPlanView(planned, asked.isDryRun ? undefined : file), warnings }),
    };
    const text = await planText(report, plan);
    if (!asked.isDryRun && file === '-') {
      io.stdout.write(text);
      return 0;
    }
    if (!asked.isDryRun) saved?.write(text);
    await write(report);
    return 0;
  } finally {
    saved?.release();
    output?.release();
  }
}

/** @throws PoolctlError VALUE_INVALID where the file would not hold the whole plan */
async function planText(report: Report, { hash }: ShardPlan): Promise<string> {
  const text = jsonOf(report);
  const { hashOfPlan } = await import('../../probe/shards/plan-hash.ts');
  const written = JSON.parse(text) as { readonly result: { readonly hash: string } };
  if (hashOfPlan(written.result) === hash) return text;
  throw new PoolctlError(
    'VALUE_INVALID',
    'A text of the workload is too long for a plan, which holds 200,000 characters of each.',
    {
      hint: 'Give shorter statements and values.',
    },
  );
}

function readWish(read: ReadOption): { readonly shards: number; readonly file: string } {
  const [shards, file] = [read(shardFlags.shards), read(shardFlags['save-plan'])];
  if (!shards) {
    throw new PoolctlError('INPUT_MISSING', `${file?.source} saves the plan of a probe in shards: how many shards?`, {
      hint: 'Add --shards 8.',
    });
  }
  if (!file) {
    throw new PoolctlError(
      'INPUT_MISSING',
      `${shards.source} plans a probe for several processes, which have to be given the plan.`,
      {
        hint: 'Add --save-plan plan.json; each shard then runs `poolctl probe --plan plan.json --shard 1/8`.',
      },
    );
  }
  return { shards: shards.value, file: file.value };
}

/** What has no place beside a plan, and where it belongs. */
function refuseOther(read: ReadOption): void {
  const another = 'Shards find a size, load one pool, or verify one; the rest is for one process.';
  const ofResult = 'Nothing is measured yet: it goes with `poolctl report --shards`.';
  const reasons: readonly (readonly [row: Flag, hint: string])[] = [
    [partFlags.plan, 'Make the plan first; each shard is then given it.'],
    [partFlags.shard, 'Make the plan first; each shard is then given it.'],
    [embeddedFlag.embedded, 'Its server ends with this process, before any shard begins: name one that stays.'],
    [poolerFlags.control, 'Shards know each other by their sessions, which a pooler shares: name the server itself.'],
    [taskFlags.compare, another],
    [taskFlags.stall, another],
    [taskFlags['compare-unpooled'], another],
    [answerFlags.save, 'The plan is what --save-plan writes; each shard has a --save of its own.'],
    [answerFlags.emit, ofResult],
    [answerFlags.hgrm, ofResult],
  ];
  for (const [row, hint] of reasons) {
    const flag = givenFlag(read, row);
    if (flag) throw new PoolctlError('INPUT_CONTRADICTION', `--shards and ${flag} cannot both be given.`, { hint });
  }
}
