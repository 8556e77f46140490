import { PoolctlError } from '../base/errors.ts';
import type { NamedProbe } from './compare.ts';
import type { ProbeResult } from './result.ts';

/** Clocks of two machines, and what a probe does before its load. */
const bordersMs = 1_000;

/**
 * Repeats are runs of their own, one after the other: the same run twice makes any interval narrower, and runs at the same
 * time are parts of one load.
 * @throws PoolctlError INPUT_CONTRADICTION
 */
export function refuseNoRepeats(probes: readonly NamedProbe[]): void {
  for (const [index, one] of probes.entries()) {
    for (const other of probes.slice(index + 1)) {
      if (isSameRun(one.result, other.result)) throw sameRun(one, other);
      if (areAtOnce(one.result, other.result)) throw atOnce(one, other);
    }
  }
}

/** By their ids; documents of before have none, and are the same where they began at the same moment and measured the same. */
function isSameRun(one: ProbeResult, other: ProbeResult): boolean {
  if (one.run !== undefined || other.run !== undefined) return one.run === other.run;
  const measured = ({ runs }: ProbeResult) => JSON.stringify(runs.map(({ histogramsUs }) => histogramsUs));
  return one.metadata.startedAt === other.metadata.startedAt && measured(one) === measured(other);
}

function areAtOnce(one: ProbeResult, other: ProbeResult): boolean {
  const [a, b] = [spanOf(one), spanOf(other)];
  return Math.min(a.toMs, b.toMs) - Math.max(a.fromMs, b.fromMs) > bordersMs;
}

/** Of the windows in which it measured; where it does not tell, of all that it did. */
function spanOf({ runs, metadata, seconds }: ProbeResult): { readonly fromMs: number; readonly toMs: number } {
  const windows = runs.flatMap(({ window }) => window ?? []);
  if (windows.length > 0 && windows.length === runs.length) {
    return {
      fromMs: Math.min(...windows.map(({ from }) => Date.parse(from))),
      toMs: Math.max(...windows.map(({ to }) => Date.parse(to))),
    };
  }
  const fromMs = Date.parse(metadata.startedAt);
  return { fromMs, toMs: fromMs + 1_000 * seconds };
}

function sameRun({ file, result }: NamedProbe, other: NamedProbe): PoolctlError {
  const id = result.run === undefined ? '' : ` (${result.run})`;
  return new PoolctlError(
    'INPUT_CONTRADICTION',
    `${file} and ${other.file} are the same run${id}: twice the same is no evidence.`,
    { hint: 'Name each run once, or measure again.' },
  );
}

function atOnce({ file }: NamedProbe, other: NamedProbe): PoolctlError {
  return new PoolctlError(
    'INPUT_CONTRADICTION',
    `${file} and ${other.file} were measured at the same time: they loaded one server together, and --merge takes repeats, one after the other.`,
    {
      hint: 'One load from several processes is planned with `poolctl probe <dsn> --shards 2 --save-plan plan.json`, and put together with `poolctl report --shards shard-*.json`.',
    },
  );
}
