import type { Cause } from '../../src/diagnose/diagnosis.ts';
import { RandomStream } from '../../src/traffic/random.ts';
import type { MadeLoad } from './made-recording.ts';

/** A load that has this cause, with settings drawn by the seed. */
export function madeLoad(cause: Cause, seed: number): MadeLoad {
  const random = new RandomStream(seed, 7);
  const between = (least: number, most: number) => least + (most - least) * random.uniform();
  const limit = Math.round(between(4, 20));
  const holdMs = between(10, 60);
  const durationMs = 4_000;
  const exponential = (meanMs: number, uniform: () => number) => -meanMs * Math.log(uniform());
  const quiet = (limit * between(0.25, 0.6) * 1_000) / holdMs;
  const plain: MadeLoad = {
    ...{ limit, durationMs, seed },
    ratePerSecond: () => quiet,
    holdMs: (_, uniform) => exponential(holdMs, uniform),
  };
  switch (cause) {
    case 'leak': {
      const share = (between(1.2, 3) * limit) / ((quiet * durationMs) / 1_000);
      return { ...plain, holdMs: (_, uniform) => (uniform() < share ? Infinity : exponential(holdMs, uniform)) };
    }
    case 'too-small': {
      const rate = (limit * between(1.02, 1.6) * 1_000) / holdMs;
      return { ...plain, ratePerSecond: () => rate };
    }
    case 'slow-database': {
      const fromMs = between(1_200, 2_400);
      const factor = between(1, 3) / ((quiet * holdMs) / 1_000 / limit) + 0.5;
      return {
        ...plain,
        holdMs: (atMs, uniform) => exponential(atMs >= fromMs ? factor * holdMs : holdMs, uniform),
        knowsContexts: random.uniform() < 0.5,
      };
    }
    case 'nested-acquire': {
      const small = Math.round(between(2, 6));
      const nestedShare = between(0.5, 1);
      // A nested request keeps a connection for its own time, and two while the second one is out.
      const rate = (small * between(0.4, 0.75) * 1_000) / (holdMs * (1 + 2 * nestedShare));
      const timeoutMs = random.uniform() < 0.5 ? between(200, 800) : undefined;
      return {
        ...plain,
        ...{ nestedShare, ratePerSecond: () => rate, limit: small, knowsContexts: true },
        ...(timeoutMs !== undefined && { acquireTimeoutMs: timeoutMs }),
      };
    }
    case 'burst': {
      const fromMs = between(1_200, 2_000);
      const lengthMs = between(150, 500);
      const factor = between(4, 12);
      return {
        ...plain,
        ratePerSecond: (atMs) => (atMs >= fromMs && atMs < fromMs + lengthMs ? factor * quiet : 0.6 * quiet),
      };
    }
    case 'event-loop': {
      const everyMs = between(600, 1_500);
      const lengthMs = between(0.4, 0.8) * everyMs;
      const stops = Array.from({ length: 3 }, (_, index) => 1_000 + index * everyMs);
      return { ...plain, stops: stops.map((fromMs) => ({ fromMs, toMs: fromMs + lengthMs })) };
    }
    case 'slow-connects': {
      const connectMs = between(5, 30) * holdMs;
      return { ...plain, connectMs: () => connectMs };
    }
    default:
      return cause satisfies never;
  }
}
