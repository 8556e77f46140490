import type { Figures } from '../simulate/figures.ts';
import type { ProgressOptions } from '../simulate/progress.ts';
import { smallestBySimulation } from '../simulate/smallest-by-simulation.ts';
import { judgePool } from '../simulate/verdict.ts';
import { type Confirmation, confirmBySimulation } from './confirm.ts';
import type { DemandVerdict } from './demand.ts';
import type { SimulatedNeed, SizeInput, Targets } from './input.ts';
import type { Sized, SizeResult } from './result.ts';
import { simulatedLoad } from './simulated-load.ts';
import { sizePool } from './size.ts';

const searches = 5;
/** Each makes the queue half as long again. */
const queueRounds = 10;

/**
 * As `sizePool`, with the smallest pool found by simulation in place of the model's, and with the verdict on demand that the
 * simulation of the answer gives. @throws PoolctlError INPUT_MISSING where there is no load to simulate
 */
export async function sizeBySimulation(
  input: SizeInput,
  progress: ProgressOptions = {},
): Promise<{ result: SizeResult; confirmation: Confirmation }> {
  const first = sizePool(input);
  const need = await simulatedNeed(input, first, part(progress, 0, 0.6));
  let sized = need ? sizePool({ ...input, simulatedNeed: need }) : first;
  let simulated = await confirmBySimulation(input, sized, part(progress, 0.6, 0.7));
  for (
    let round = 0;
    round < queueRounds && need && isQueueTooShort(input, sized, simulated.confirmation);
    round += 1
  ) {
    const queueLimit = Math.ceil(sized.queueLimit * 1.5) + 1;
    const longer = sizePool({ ...input, simulatedNeed: { ...need, queueLimit } });
    if (longer.queueLimit <= sized.queueLimit) break;
    sized = longer;
    simulated = await confirmBySimulation(input, sized, part(progress, 0.7 + 0.03 * round, 0.73 + 0.03 * round));
  }
  const { confirmation, warnings } = simulated;
  const { outlook } = sized;
  const demand = outlook && demandOf(confirmation.figures, outlook.targets, outlook.demand);
  return {
    result: {
      ...sized,
      ...(outlook && demand && { outlook: { ...outlook, demand }, demand }),
      warnings: [...sized.warnings, ...warnings],
    },
    confirmation: { ...confirmation, ...(need && { need }) },
  };
}

/** A target is missed where the figure's 95 % interval is above it; loss first. What the holds alone break stays broken. */
function demandOf(figures: Figures, targets: Targets, byModel: DemandVerdict): DemandVerdict {
  const simulated = judgePool(figures, targets)
    .checks.filter(({ isMet, isSure }) => !isMet && isSure)
    .map(({ target, figure, bound }) => ({ target, expected: figures[figure].mean, allowed: bound }))
    .toReversed();
  const missed = [...simulated, ...byModel.missed.filter(({ target }) => target === 'deadline')];
  return { isMet: missed.length === 0, missed };
}

/** Whether the simulated pool refuses more than its targets allow, and a longer queue may still be tried. */
function isQueueTooShort({ fixed }: SizeInput, { outlook }: Sized, { figures, isFinished }: Confirmation): boolean {
  const allowed = outlook?.targets.maxLossRatio ?? 1;
  return isFinished && fixed?.queueLimit === undefined && figures.rejectedRatio.mean > allowed;
}

/** The most that any of the searches asks for: one alone may have had luck. Undefined where the model knows no pool within the targets either, and where it was stopped. */
async function simulatedNeed(
  input: SizeInput,
  { outlook, load }: Sized,
  progress: ProgressOptions,
): Promise<SimulatedNeed | undefined> {
  const played = simulatedLoad(input, load);
  if (!played || !outlook?.smallest || !load) return undefined;
  const { arrivals, hold, spread, meanLoad } = played;
  const { batchJobs } = load;
  const least = Math.max(1, Math.ceil(meanLoad / outlook.targets.maxUtilization));
  const { connectionLimit, range } = outlook.smallest;
  const start = Math.max(
    least,
    (input.method === 'model' ? (range?.high ?? connectionLimit) : connectionLimit) - batchJobs,
  );
  const found: number[] = [];
  for (let search = 0; search < searches; search += 1) {
    const options = { start: found[0] ?? start, least, ...part(progress, search / searches, (search + 1) / searches) };
    const { connections, isFinished } = await smallestBySimulation(
      { arrivals, hold, ...spread, seed: 1 + search },
      outlook.targets,
      options,
    );
    if (!isFinished || connections === undefined) return undefined;
    found.push(connections + batchJobs);
  }
  const sorted = found.toSorted((a, b) => a - b);
  const at = (index: number) => sorted[index] ?? 0;
  return { connectionLimit: at(searches - 1), low: at(0), high: at(searches - 1), searches };
}

/** The progress of a part of the whole. */
function part({ signal, onProgress }: ProgressOptions, from: number, to: number): ProgressOptions {
  return {
    ...(signal && { signal }),
    ...(onProgress && { onProgress: (share: number) => onProgress(from + share * (to - from)) }),
  };
}
