import { PoolctlError } from '../base/errors.ts';
import { parseCount, parseDurationMs, parseRatePerSecond, parseRatio } from '../base/units.ts';
import type { ArrivalLaw } from '../traffic/arrival-law.ts';
import { takes } from './flag.ts';

function refuse(text: string, source: string, what: string, hint: string): never {
  throw new PoolctlError('VALUE_INVALID', `${source} "${text}" is not ${what}.`, { hint });
}

/**
 * `3x:200ms/1400ms`: three times the quiet rate in bursts of 200 ms, 1400 ms apart, on average; `on:200ms/1400ms`: nothing in
 * between.
 */
export function parseBurst(text: string, source: string): { factor: number; burstMs: number; quietMs: number } {
  const match = /^(?:(\d+(?:\.\d+)?)x|on):([^/]+)\/([^/]+)$/.exec(text);
  const [, times, burst = '', quiet = ''] = match ?? [];
  const factor = times === undefined ? 1e9 : Number(times);
  if (!match || factor <= 1 || (times !== undefined && factor > 1_000)) {
    const hint =
      'Write factor (above 1), length and distance, as in 3x:200ms/1400ms; on:200ms/1400ms for nothing between.';
    return refuse(text, source, 'a burst', hint);
  }
  return { factor, burstMs: parseDurationMs(burst, source), quietMs: parseDurationMs(quiet, source) };
}

export const aBurst = takes('<spec>', '3x:200ms/1400ms', parseBurst);

/** `3:200ms`: three more attempts, each 200 ms after the one that failed. */
export function parseRetries(text: string, source: string): { attempts: number; pauseMs: number } {
  const [attempts = '', pause, ...rest] = text.split(':');
  if (pause === undefined || rest.length > 0) {
    return refuse(text, source, 'a way to retry', 'Write attempts and pause, as in 3:200ms.');
  }
  return { attempts: parseCount(attempts, source), pauseMs: parseDurationMs(pause, source) };
}

export const someRetries = takes('<spec>', '3:200ms', parseRetries);

/** What a roll-out adds: a share of the instances, or a number of them. */
export type SurgeAmount = { readonly surgeRatio: number } | { readonly surgeInstances: number };

/** `25%` and `0.25` are shares, as maxSurge of Kubernetes reads them; `1` is one instance. */
export function parseSurge(text: string, source: string): SurgeAmount {
  if (/^\d+$/.test(text)) return { surgeInstances: parseCount(text, source, 0) };
  if (/^(\d+(\.\d+)?|\.\d+)(\s?%)?$/.test(text)) return { surgeRatio: parseRatio(text, source) };
  return refuse(text, source, 'a surge', 'Write a share of the instances, as 25% or 0.25, or a number of them: 1.');
}

export const aSurge = takes('<share|n>', '25%', parseSurge);

/** `poisson`, `paced`, or `batches:10`. */
export function parseArrivals(text: string, source: string): (ratePerSecond: number) => ArrivalLaw {
  if (text === 'poisson' || text === 'paced') return (ratePerSecond) => ({ kind: text, ratePerSecond });
  const [kind, size, ...rest] = text.split(':');
  if (kind !== 'batches' || size === undefined || rest.length > 0) {
    return refuse(text, source, 'a kind of arrivals', 'Write poisson, paced, or batches:10.');
  }
  const batch = parseCount(size, source);
  return (ratePerSecond) => ({ kind: 'batches', ratePerSecond, size: batch });
}

const sweepHint = 'Write connection-limit=10..120, with a step if you like: connection-limit=10..120/10.';

/** `connection-limit=10..120` or with a step behind `/`; at most 40 values, evenly spread where no step is given. */
export function parseSweep(text: string, source: string): number[] {
  const match = /^connection-limit=(\d+)\.\.(\d+)(?:\/(\d+))?$/.exec(text);
  if (!match) return refuse(text, source, 'a range to sweep', sweepHint);
  const [from, to] = [parseCount(match[1] ?? '', source), parseCount(match[2] ?? '', source)];
  if (from >= to) return refuse(text, source, 'a range that rises', sweepHint);
  const step = match[3] === undefined ? Math.max(1, Math.ceil((to - from) / 19)) : parseCount(match[3], source);
  const values = Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, index) => from + index * step);
  if (values.at(-1) !== to) values.push(to);
  return values.length <= 40 ? values : refuse(text, source, 'a range of at most 40 values', sweepHint);
}

export const someCounts = takes('<list>', '5,10,20', (text, source) =>
  text.split(',').map((part) => parseCount(part.trim(), source)),
);

/** Two rates a second. */
export const aRamp = takes('<from..to>', '50..400', (text, source) => {
  const [from, to, ...rest] = text.split('..');
  if (from === undefined || to === undefined || rest.length > 0) {
    return refuse(text, source, 'two rates', 'Write 50..400.');
  }
  return { from: parseRatePerSecond(from, source), to: parseRatePerSecond(to, source) };
});

const mostThreads = 64;

export const someThreads = takes('<n>', '2', (text, source) => {
  const threads = parseCount(text, source);
  if (threads <= mostThreads) return threads;
  throw new PoolctlError('VALUE_INVALID', `${source} ${text} is more than ${mostThreads}.`, {
    hint: 'More threads than processors make a load slower.',
  });
});

const mostShards = 1_000;

/** Processes that share one load. */
export const someShards = takes('<n>', '8', (text, source) => {
  const shards = parseCount(text, source);
  if (shards >= 2 && shards <= mostShards) return shards;
  return refuse(text, source, `2 to ${mostShards} shards`, 'One process alone needs no plan.');
});

/** `3/8`: the third of eight. */
export const aShard = takes('<i/n>', '3/8', (text, source) => {
  const [, number = '', of = ''] = /^(\d+)\/(\d+)$/.exec(text) ?? [];
  const shard = { number: Number(number), of: Number(of) };
  if (number !== '' && shard.number >= 1 && shard.number <= shard.of) return shard;
  return refuse(text, source, 'one of the shards', 'Write 3/8 for the third of eight; they count from 1.');
});

/** More than nothing, and at most all. */
export const aPartOfAll = takes('<ratio>', '25%', (text, source) => {
  const share = parseRatio(text, source);
  if (share > 0 && share <= 1) return share;
  return refuse(text, source, 'a share above 0 and up to 100 %', 'Write 25% or 0.25.');
});
