import { availableParallelism } from 'node:os';
import type { Clock } from './clock.ts';
import { startBell } from './metronome.ts';

/**
 * How the next arrival is waited for. `spin` is exact and takes a core; `hybrid` sleeps by a timer until shortly before;
 * `metronome` is woken by another thread and spins for the last 0.15 ms; `timer` is a ms late and takes least.
 */
export const pumpKinds = ['hybrid', 'metronome', 'timer', 'spin'] as const;
export type PumpKind = (typeof pumpKinds)[number];

export interface Pump {
  /** Wakes once, at about the moment; a new moment replaces the last one. */
  wakeAt(momentMs: number): void;
  stop(): void;
}

export type PumpMaker = (wake: () => void) => Promise<Pump>;

const coresToSpin = 4;
/**
 * Requests a second from which a wake-up for each costs more than it saves: at 2,000/s, service p95 was 1.55× pgbench's,
 * 1.10× when spinning.
 */
const rateToSpin = 1_000;

/** Spinning takes a core away from a server that runs on this machine too, unless there are enough of them. */
export function choosePump(isThisMachine: boolean, ratePerSecond: number): PumpKind {
  const maySpin = availableParallelism() >= coresToSpin || !isThisMachine || ratePerSecond >= rateToSpin;
  return maySpin ? 'hybrid' : 'metronome';
}

export function pumpMaker(kind: PumpKind, clock: Clock): PumpMaker {
  switch (kind) {
    case 'timer':
      return async (wake) => timerPump(clock, wake);
    case 'metronome':
      return (wake) => metronomePump(clock, wake);
    case 'hybrid':
      return async (wake) => spinPump(clock, wake, timersAreLateByMs);
    case 'spin':
      return async (wake) => spinPump(clock, wake, Number.POSITIVE_INFINITY);
    default:
      return kind satisfies never;
  }
}

function timerPump(clock: Clock, wake: () => void): Pump {
  let takeBack = () => {};
  return {
    wakeAt(momentMs) {
      takeBack();
      takeBack = momentMs < Number.POSITIVE_INFINITY ? clock.at(momentMs, wake) : () => {};
    },
    stop: () => takeBack(),
  };
}

/**
 * A ring of the other thread arrives some 0.1 ms late, which would be in every request: so it rings that much before, and
 * what is left is spun. On two cores with the server, at 2,000/s: lag p50 was 2 us instead of 107 us, for 0.04 of a core.
 */
const bellIsLateByMs = 0.15;

async function metronomePump(clock: Clock, wake: () => void): Promise<Pump> {
  let momentMs = Number.POSITIVE_INFINITY;
  let isSpinning = false;
  const turn = () => {
    isSpinning = false;
    const leftMs = momentMs - clock.now();
    if (leftMs <= 0) wake();
    else wait(leftMs);
  };
  const bell = await startBell(() => {
    // While it spins, a ring belongs to an earlier moment or to the one that it spins for.
    if (!isSpinning) turn();
  });
  const wait = (leftMs: number) => {
    if (isSpinning || momentMs === Number.POSITIVE_INFINITY) return;
    if (leftMs > bellIsLateByMs) bell.ringIn(leftMs - bellIsLateByMs);
    else {
      isSpinning = true;
      setImmediate(turn);
    }
  };
  return {
    wakeAt(nextMs) {
      momentMs = nextMs;
      wait(momentMs - clock.now());
    },
    stop() {
      momentMs = Number.POSITIVE_INFINITY;
      bell.stop();
    },
  };
}

/** A timer may come more than a ms after its time, so it is set to come so long before. */
const timersAreLateByMs = 2;

function spinPump(clock: Clock, wake: () => void, spinMs: number): Pump {
  let momentMs = Number.POSITIVE_INFINITY;
  let isSpinning = false;
  let takeBack = () => {};
  const turn = () => {
    isSpinning = false;
    const leftMs = momentMs - clock.now();
    if (leftMs <= 0) wake();
    else wait(leftMs);
  };
  const wait = (leftMs: number) => {
    if (isSpinning || momentMs === Number.POSITIVE_INFINITY) return;
    if (leftMs > spinMs) takeBack = clock.at(momentMs - spinMs, turn);
    else {
      isSpinning = true;
      setImmediate(turn);
    }
  };
  return {
    wakeAt(nextMs) {
      takeBack();
      momentMs = nextMs;
      wait(momentMs - clock.now());
    },
    stop() {
      takeBack();
      momentMs = Number.POSITIVE_INFINITY;
    },
  };
}
