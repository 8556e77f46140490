import { type ExitCode, PoolctlError } from '../../base/errors.ts';
import type { Io } from '../../base/io.ts';
import { packageVersion } from '../../base/version.ts';
import type { Warning } from '../../base/warning.ts';
import { jsonOf } from '../../cli/json-of.ts';
import type { ReadOption } from '../../cli/options.ts';
import { htmlOutputFlags, isDocumentOnStdout, type Report, reportWriter } from '../../cli/output.ts';
import { type ReservedOutput, reserveOutput } from '../../cli/reserve.ts';
import type { Snippet } from '../../emit/target.ts';
import type { ProbeResult } from '../../probe/result.ts';
import type { ProbePlan } from '../../probe/run/probe.ts';
import { probeSchemaName } from '../../probe/schema-name.ts';
import { answerFlags, guardFlags, jobFlags, partFlags, shardFlags } from './flags.ts';
import { givenFlag } from './given.ts';
import { probeProgress } from './progress.ts';
import { findPlace, sortArguments } from './target.ts';

/** Measures, and writes what was found: the report, and with --save and --hgrm files beside it. */
export async function runProbe(read: ReadOption, io: Io, args: readonly (string | undefined)[]): Promise<ExitCode> {
  if (read(guardFlags.clean)) {
    const { cleanServer } = await import('./clean.ts');
    return cleanServer(read, io, args);
  }
  const sharded = await shardedProbe(read);
  if (sharded) return sharded(read, io, args);
  const files = reserveFiles(read, io);
  const { crashed = new AbortController().signal } = io;
  try {
    const write = reportWriter(read, io, { html: true, reserved: files.output });
    const { onEvent, end } = probeProgress(io, !read(answerFlags['no-progress']));
    const { dsn, pool } = sortArguments(args);
    const place = await findPlace(dsn, read, io);
    // The first line is there before all that a probe needs has been loaded.
    onEvent({ type: 'stage', text: place.what });
    const { probeInput } = await import('./input.ts');
    const { emitAdvice } = await import('./emit.ts');
    const { onServer } = await import('./server.ts');
    const input = await probeInput(read, io, pool);
    const emitTargets = await emitAdvice(read);
    const { probed, warnings } = await onServer(place, input, io, { onEvent, crashed }).finally(end);
    if (probed.kind === 'plan') {
      const { blind, killedBefore } = await import('../../probe/warnings.ts');
      await write(await planReport(probed.plan, [...warnings, ...blind(probed.plan), ...killedBefore(probed.plan)]));
      return 0;
    }
    const { result, failure } = probed;
    const { probeWarnings } = await import('../../probe/warnings.ts');
    const { snippets, warnings: emitWarnings } = await emitTargets(result);
    const all = [...warnings, ...probeWarnings(result), ...emitWarnings];
    const report = await resultReport(result, all, snippets);
    files.save?.write(jsonOf(report));
    if (files.hgrm) files.hgrm.write(await hgrmText(result));
    await write(report);
    return exitCodeOf(result, failure, read);
  } finally {
    for (const file of Object.values(files)) file?.release();
  }
}

/** Planning for several processes, writing what runs them, or being one of them; undefined for a probe of one process. */
async function shardedProbe(read: ReadOption): Promise<typeof runProbe | undefined> {
  const job = read(jobFlags['emit-job'])?.value;
  if (job) {
    const { emitJob } = await import('./emit-job.ts');
    return (...given) => emitJob(job, ...given);
  }
  const ofJob = givenFlag(read, jobFlags['job-image']) ?? givenFlag(read, jobFlags['job-claim']);
  if (ofJob) {
    throw new PoolctlError('INPUT_MISSING', `${ofJob} is of a job, and none is written.`, {
      hint: 'Add --plan plan.json --emit-job kubernetes.',
    });
  }
  const [plan, planning] = [read(partFlags.plan), read(shardFlags.shards) ?? read(shardFlags['save-plan'])];
  // What the command line says comes before what the environment says for all.
  const isPlanning = planning?.source.startsWith('--') && !plan?.source.startsWith('--');
  if (plan && !isPlanning) return (await import('./shard-run.ts')).runPlannedShard;
  if (planning) return (await import('./shard-plan.ts')).planShardedProbe;
  const other = givenFlag(read, partFlags.shard) ?? givenFlag(read, shardFlags.wait);
  if (!other) return undefined;
  throw new PoolctlError('INPUT_MISSING', `${other} is of a probe in shards, and there is no plan of one.`, {
    hint: 'Add --plan plan.json, or --shards 8 --save-plan plan.json to make one.',
  });
}

function reserveFiles(
  read: ReadOption,
  io: Io,
): Readonly<Record<'output' | 'save' | 'hgrm', ReservedOutput | undefined>> {
  const reserve = (file: string | undefined) => {
    return file === undefined || file === '-' ? undefined : reserveOutput(file, io.cwd);
  };
  return {
    output: reserve(read(htmlOutputFlags.output)?.value),
    save: reserve(read(answerFlags.save)?.value),
    hgrm: reserve(read(answerFlags.hgrm)?.value),
  };
}

async function planReport(plan: ProbePlan, warnings: readonly Warning[]): Promise<Report> {
  const { planView } = await import('../../views/probe/plan.ts');
  return {
    schema: 'poolctl.probe-plan/1',
    result: plan,
    warnings,
    view: () => ({ ...planView(plan), warnings }),
  };
}

async function resultReport(
  result: ProbeResult,
  warnings: readonly Warning[],
  snippets: readonly Snippet[],
): Promise<Report> {
  const { probeView } = await import('../../views/probe/probe.ts');
  return {
    schema: probeSchemaName,
    result: { ...result, ...(snippets.length > 0 && { snippets }) },
    warnings,
    view: () => ({ ...probeView(result), warnings, snippets }),
    html: async () => {
      const { renderProbeHtml } = await import('../../views/html/probe.ts');
      return renderProbeHtml(result, { version: packageVersion(), warnings });
    },
  };
}

/** Of the first run, the way a caller sees it: from the intended start to the end. */
async function hgrmText({ runs }: ProbeResult): Promise<string> {
  const { HdrHistogram } = await import('../../stats/hdr/hdr-histogram.ts');
  const { hgrmOf } = await import('../../stats/hdr/hgrm.ts');
  const total = new HdrHistogram();
  const [first] = runs;
  if (first) total.add(HdrHistogram.decode(first.histogramsUs.total));
  return hgrmOf(total, { unitsPerMs: 1_000 });
}

/** @throws what ended the probe early, where its document is not what a program reads from stdout */
function exitCodeOf(result: ProbeResult, failure: unknown, read: ReadOption): ExitCode {
  if (failure === undefined) return result.verification?.agrees === false ? 1 : 0;
  if (failure instanceof PoolctlError && isDocumentOnStdout(read)) return failure.exitCode;
  throw failure;
}
