import { poolText } from '../../base/pool-notation.ts';
import { isBeyondLag, type Judgement, judge } from '../../probe/analyse/judge.ts';
import type { ProbeResult } from '../../probe/result.ts';
import type { View } from '../../render/view.ts';
import { type JudgementText, judgementText } from './judgement.ts';
import { loadFinding } from './load-finding.ts';

type Verdict = NonNullable<View['verdict']>;

interface Compared extends JudgementText {
  readonly judgement: Judgement;
}

/** Which of the two settings of --compare does better; undefined where not both were measured. */
export function comparedText({ comparison, runs: [first, second], load }: ProbeResult): Compared | undefined {
  if (!comparison || !first || !second) return undefined;
  const { durationMs } = load;
  const judgement = judge(comparison, { durationMs, overCapacity: [first.overCapacity, second.overCapacity] });
  const names = [poolText(first.pool), poolText(second.pool)] as const;
  return { judgement, ...judgementText(judgement, names, durationMs) };
}

export function comparedFinding(result: ProbeResult): Verdict | undefined {
  const found = comparedText(result);
  if (!found) return undefined;
  const { runs } = result;
  const { judgement, reason } = found;
  const details = runs
    .filter(({ overCapacity }) => overCapacity)
    .map((run) => `${poolText(run.pool)} does not keep up: ${loadFinding(run).text}`);
  const isOwn = !runs.every(({ trustworthy }) => trustworthy) && !(judgement.better && isBeyondLag(judgement, runs));
  if (isOwn) {
    const text = `${reason} But poolctl itself was late: its times are not the server's.`;
    return { answer: 'unknown', text, details };
  }
  return { answer: judgement.better === undefined ? 'unknown' : 'yes', text: reason, details };
}
