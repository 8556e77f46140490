import { Worker } from 'node:worker_threads';
import { systemNow } from './system-clock.ts';

/** Wakes the event loop at moments that its own timers, in whole ms, are too coarse for. */
export interface Bell {
  ringIn(ms: number): void;
  stop(): void;
}

/** Not in the library of types for ES2023; every Node that poolctl runs on has it. */
interface WaitAsync {
  waitAsync(
    places: Int32Array,
    at: number,
    value: number,
  ): { readonly async: boolean; readonly value: string | Promise<string> };
}

// Places in the memory that both threads share.
const rung = 0;
const asked = 1;

/**
 * Sleeps in a thread of its own, since only there a wait of less than 1 ms is possible without spinning. The moments are
 * of the system's clock, which all threads of a process share: performance.now() begins anew in each.
 */
const sleeper = `
const { workerData: { places, moments }, parentPort } = require('node:worker_threads');
const now = () => { const [s, ns] = process.hrtime(); return s * 1e3 + ns / 1e6; };
parentPort.postMessage('ready');
for (let order = 0; ;) {
  Atomics.wait(places, ${asked}, order);
  for (;;) {
    order = Atomics.load(places, ${asked});
    if (order < 0) return;
    const left = moments[0] - now();
    if (left <= 0 || Atomics.wait(places, ${asked}, order, left) === 'timed-out') break;
  }
  Atomics.add(places, ${rung}, 1);
  Atomics.notify(places, ${rung});
}
`;

const leastMs = 0.05;

export async function startBell(ring: () => void): Promise<Bell> {
  const places = new Int32Array(new SharedArrayBuffer(8));
  const moments = new Float64Array(new SharedArrayBuffer(8));
  const worker = new Worker(`(() => {${sleeper}})()`, { eval: true, workerData: { places, moments } });
  await new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
  let isStopped = false;
  const listen = async () => {
    let heard = 0;
    while (!isStopped) {
      await (Atomics as unknown as WaitAsync).waitAsync(places, rung, heard).value;
      // Read before ringing, so that no ring is missed that comes meanwhile.
      heard = Atomics.load(places, rung);
      if (!isStopped) ring();
    }
  };
  void listen();
  return {
    ringIn(ms) {
      moments[0] = systemNow() + Math.max(leastMs, ms);
      // The orders only count up, so the sleeper sees each as a new one.
      Atomics.add(places, asked, 1);
      Atomics.notify(places, asked);
    },
    stop() {
      isStopped = true;
      Atomics.store(places, asked, -1);
      Atomics.notify(places, asked);
      Atomics.add(places, rung, 1);
      Atomics.notify(places, rung);
      void worker.terminate();
    },
  };
}
