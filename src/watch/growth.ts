import { medianOf } from '../stats/median.ts';
import type { Growth } from './state.ts';

/** A stretch of time, by the looks in it. */
interface Bin {
  /** Taken connections: the median, which a spike does not move. */
  readonly level: number;
  /** The usual distance from it. */
  readonly noise: number;
}

const shortestBinMs = 10_000;
const looksInBin = 2;
/** With a look every 2 s, the last hour. */
const mostBins = 360;

/** A window falls into so many steps, and has to rise in each. */
const steps = 6;
/** Bins in a step, from a minute to a quarter of an hour: what began a minute ago is not diluted by what was before. */
const windows = [1, 2, 5, 15];
/** The rate is told over five minutes where nothing grows surely. */
const usual = [5, 2, 1];

/** A burst rises in one or two steps; growth rises in all of them. */
const mostOfOne = 0.5;
/** Connections; fewer come and go. */
const leastRise = 3;
/** Times the usual distance from the level of a stretch. A line without noise rises by 20 times that. */
const noiseTimes = 8;
/** What falls as far as it rises comes and goes. */
const fallTimes = 2;
/** Growth that was sure ends when less than this part of it is left. */
const leastLeft = 0.3;
/** As far ahead as so many times the window can be seen. */
const mostAhead = 20;

interface Line {
  readonly bins: number;
  /** Connections a bin. */
  readonly slope: number;
  readonly isSure: boolean;
}

/**
 * How fast the taken connections grow: the median of the slopes between stretches of the last minutes (Theil 1950, Sen 1968).
 * When they will all be taken is told where the growth is sure: it rises in every stretch, in none by most of the whole, far
 * above the noise, and further than what fell in the last hour, or above all that was seen in it.
 */
export class GrowthMeter {
  readonly #binMs: number;
  #bins: readonly Bin[] = [];
  #open: number[] = [];
  #openSinceMs: number | undefined;
  #line: Line | undefined;

  constructor(intervalMs: number) {
    this.#binMs = Math.max(shortestBinMs, looksInBin * intervalMs);
  }

  /** `atMs`: of a clock that never goes back. */
  add(taken: number, atMs: number): void {
    const sinceMs = this.#openSinceMs ?? atMs;
    const passed = Math.floor((atMs - sinceMs) / this.#binMs);
    // Without a look for a whole bin, nobody knows what happened meanwhile.
    if (passed > 1) this.reset();
    else if (passed === 1) this.#close();
    this.#openSinceMs = passed > 1 ? atMs : sinceMs + passed * this.#binMs;
    this.#open.push(taken);
  }

  reset(): void {
    this.#bins = [];
    this.#open = [];
    this.#openSinceMs = undefined;
    this.#line = undefined;
  }

  /** undefined until the first minute is over. */
  growth(taken: number, usable: number): Growth | undefined {
    if (!this.#line) return undefined;
    const { slope, bins, isSure } = this.#line;
    const [perMinute, seconds] = [(slope * 60_000) / this.#binMs, (bins * this.#binMs) / 1_000];
    const growth = { perMinute: Math.round(perMinute * 100) / 100, seconds };
    const free = usable - taken;
    const fullInSeconds = (free / perMinute) * 60;
    if (!isSure || free <= 0 || fullInSeconds > mostAhead * seconds) return growth;
    return { ...growth, fullInSeconds: Math.round(fullInSeconds) };
  }

  #close(): void {
    const level = medianOf(this.#open);
    const noise = medianOf(this.#open.map((taken) => Math.abs(taken - level)));
    this.#bins = [...this.#bins.slice(1 - mostBins), { level, noise }];
    this.#open = [];
    this.#line = lineOf(this.#bins, this.#line);
  }
}

function lineOf(bins: readonly Bin[], before: Line | undefined): Line | undefined {
  const lines = windows.map((each) => lineOver(bins, each)).filter((line) => line !== undefined);
  const sure = lines.find(({ isSure }) => isSure);
  if (sure) return sure;
  const [latest] = lines;
  if (before?.isSure && latest && latest.slope >= leastLeft * before.slope) return { ...latest, isSure: true };
  return usual.map((each) => lines.find((line) => line.bins === each * steps)).find((line) => line !== undefined);
}

function lineOver(bins: readonly Bin[], each: number): Line | undefined {
  const length = each * steps;
  if (bins.length < length) return undefined;
  const window = bins.slice(-length);
  const levels = Array.from({ length: steps }, (_, step) =>
    medianOf(window.slice(step * each, (step + 1) * each).map(({ level }) => level)),
  );
  const slope = medianSlope(levels) / each;
  return {
    bins: length,
    slope,
    isSure:
      isSteady(levels, medianOf(window.map(({ noise }) => noise))) && isUnusual(levels, bins.slice(0, -length), length),
  };
}

function medianSlope(levels: readonly number[]): number {
  return medianOf(
    levels.flatMap((level, from) => levels.slice(from + 1).map((later, more) => (later - level) / (more + 1))),
  );
}

function isSteady(levels: readonly number[], noise: number): boolean {
  const rises = levels.slice(1).map((level, index) => level - (levels[index] ?? 0));
  const rise = riseOf(levels);
  if (rise < leastRise || rises.some((one) => one <= 0) || Math.max(...rises) > mostOfOne * rise) return false;
  return rise >= noiseTimes * noise;
}

/** Whether what was before rose and fell less than this. */
function isUnusual(levels: readonly number[], before: readonly Bin[], length: number): boolean {
  const falls = before.map(({ level }, index) => (before[index - length]?.level ?? level) - level);
  const fall = Math.max(0, ...falls);
  const most = Math.max(Number.NEGATIVE_INFINITY, ...before.map(({ level }) => level));
  return riseOf(levels) >= fallTimes * fall || (levels.at(-1) ?? 0) >= most + fall / 2;
}

function riseOf(levels: readonly number[]): number {
  return (levels.at(-1) ?? 0) - (levels[0] ?? 0);
}
