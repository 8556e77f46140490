import { type ExitCode, PoolctlError } from '../../base/errors.ts';
import type { Io } from '../../base/io.ts';
import { packageVersion } from '../../base/version.ts';
import { withoutUndefined } from '../../base/without-undefined.ts';
import { readText } from '../../cli/input.ts';
import type { ReadOption } from '../../cli/options.ts';
import { htmlOutputFlags, writeResult } from '../../cli/output.ts';
import type { JobKindName } from '../../probe/jobs/kind.ts';
import { jobFlags, partFlags } from './flags.ts';
import { givenFlag } from './given.ts';
import { sortArguments } from './target.ts';

/** Writes what runs the shards of a plan elsewhere. No server is asked: the job is given the DSN where it runs. */
export async function emitJob(
  kind: JobKindName,
  read: ReadOption,
  io: Io,
  args: readonly (string | undefined)[],
): Promise<ExitCode> {
  const planFile = read(partFlags.plan)?.value;
  if (planFile === undefined) {
    throw new PoolctlError('INPUT_MISSING', '--emit-job is for the shards of a plan, and which one?', {
      hint: 'Make one: poolctl probe <dsn> --shards 3 --save-plan plan.json. Then add --plan plan.json.',
    });
  }
  if (planFile === '-') contradiction('--plan -', 'The job names the file of the plan.');
  if (sortArguments(args).dsn !== undefined) contradiction('a DSN', 'The job says where the DSN is read when it runs.');
  if (givenFlag(read, partFlags.shard)) contradiction('--shard', 'The job gives each shard its number.');
  const format = givenFlag(read, htmlOutputFlags.json) ?? givenFlag(read, htmlOutputFlags.format);
  if (format) contradiction(format, `A job is written as ${kind} reads it.`);
  const claim = givenFlag(read, jobFlags['job-claim']);
  if (claim && kind !== 'kubernetes') contradiction(claim, 'Claims are of Kubernetes.');

  const { jobKinds } = await import('../../probe/jobs/index.ts');
  const { parseShardPlan } = await import('../../probe/shards/plan-document.ts');
  const planText = readText(planFile, io);
  const text = jobKinds[kind].write({
    plan: parseShardPlan(planText, planFile),
    ...{ planText, planFile },
    image: read(jobFlags['job-image'])?.value ?? `poolctl:${packageVersion()}`,
    ...withoutUndefined({ claim: read(jobFlags['job-claim'])?.value }),
  });
  const file = read(htmlOutputFlags.output)?.value ?? '-';
  if (file === '-') io.stdout.write(text);
  else await writeResult(file, text, io);
  return 0;
}

function contradiction(other: string, hint: string): never {
  throw new PoolctlError('INPUT_CONTRADICTION', `--emit-job and ${other} cannot both be given.`, { hint });
}
