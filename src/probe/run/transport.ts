import type { ConnectTimes } from '../../drivers/driver.ts';
import type { Transport } from '../result.ts';
import { type Asking, runOnce } from './failure.ts';

const discardedConnects = 2;
const countedConnects = 10;
const roundTrips = 200;
/** What both may take in all where the server is far away. */
const patienceMs = 1_500;

interface Way extends Asking {
  readonly now: () => number;
  readonly onSession: (processId: number) => void;
}

/** Measures the way to the server, one thing after the other on an otherwise idle client. @throws PoolctlError */
export async function measureTransport(way: Way): Promise<Transport> {
  return { connectMs: summary(await connects(way)), roundTripMs: await roundTrip(way) };
}

async function connects({ driver, to, timeoutMs, signal, now, onSession }: Way): Promise<ConnectTimes[]> {
  const start = now();
  const found: ConnectTimes[] = [];
  for (let count = 0; count < discardedConnects + countedConnects && !signal.aborted; count += 1) {
    const { connection, times, close } = await driver.connect(to, timeoutMs, signal);
    onSession(connection.processId);
    await close();
    const isLate = now() - start > patienceMs;
    if (count >= discardedConnects || isLate) found.push(times);
    if (isLate) break;
  }
  return found;
}

async function roundTrip(way: Way): Promise<Transport['roundTripMs']> {
  const { driver, to, timeoutMs, signal, now, onSession } = way;
  const { connection, close } = await driver.connect(to, timeoutMs, signal);
  onSession(connection.processId);
  const question = { statement: { text: 'SELECT 1', prepared: false }, values: [] };
  const times: number[] = [];
  const start = now();
  try {
    while (times.length < roundTrips && now() - start < patienceMs && !signal.aborted) {
      const sent = now();
      await runOnce(connection, question, way);
      times.push(now() - sent);
    }
  } finally {
    await close();
  }
  times.sort((a, b) => a - b);
  return { least: quantile(times, 0), p50: quantile(times, 0.5), p95: quantile(times, 0.95) };
}

function summary(connects: readonly ConnectTimes[]): Transport['connectMs'] {
  const median = (times: readonly (number | undefined)[]) =>
    quantile(
      times.filter((time) => time !== undefined).sort((a, b) => a - b),
      0.5,
    );
  const totals = connects.map(({ totalMs }) => totalMs).sort((a, b) => a - b);
  const isEncrypted = connects.some(({ tlsMs }) => tlsMs !== undefined);
  return {
    count: connects.length,
    tcp: median(connects.map(({ tcpMs }) => tcpMs)),
    ...(isEncrypted && { tls: median(connects.map(({ tlsMs }) => tlsMs)) }),
    login: median(connects.map(({ loginMs }) => loginMs)),
    setup: median(connects.map(({ setupMs }) => setupMs)),
    p50: quantile(totals, 0.5),
    p95: quantile(totals, 0.95),
  };
}

function quantile(sorted: readonly number[], p: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(p * sorted.length))] ?? 0;
}
