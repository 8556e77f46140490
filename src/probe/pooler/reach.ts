import { setTimeout as sleep } from 'node:timers/promises';
import { PoolctlError } from '../../base/errors.ts';
import type { LoadConnection, LoadFailureKind } from '../../drivers/driver.ts';
import type { Control } from '../control/control.ts';
import type { PoolerReach } from '../result.ts';
import type { Asking } from '../run/failure.ts';
import { sleepFor } from './sleep.ts';

/** A pooler that lets nobody else in often says nothing: the wait after which that is taken for a no. */
const leastPatienceMs = 1_500;
const mostPatienceMs = 10_000;
/** PgBouncer opens its connections to the server one after the other, so that more come to work for a while. */
const restMs = 600;
const lookEveryMs = 50;
const sleepSeconds = 10;
const mostEndingMs = 5_000;
const longestMessage = 200;

/** Refusals that are a limit; any other ends the probe. */
const limits: readonly LoadFailureKind[] = ['pooler-full', 'pooler-wait', 'server-full', 'connect-failed'];

interface Reaching extends Asking {
  readonly control: Control;
  /** Connections to open at once, at most. */
  readonly asked: number;
  readonly onSession: (processId: number) => void;
}

/**
 * Opens connections through the pooler, one after the other, until it lets no more in, and has a statement sleep on each:
 * as many as come to sleep on the server at the same time are what the pooler runs at once. @throws PoolctlError
 */
export async function tryReach(reaching: Reaching): Promise<PoolerReach> {
  const { asked, driver, to, signal, onSession } = reaching;
  const open: Awaited<ReturnType<typeof driver.connect>>[] = [];
  let refusal: PoolerReach['refusal'];
  let slowestMs = 0;
  try {
    while (open.length < asked && !refusal && !signal.aborted) {
      const patienceMs = Math.min(mostPatienceMs, Math.max(leastPatienceMs, 5 * slowestMs));
      try {
        const one = await driver.connect(to, open.length === 0 ? reaching.timeoutMs : patienceMs, signal);
        slowestMs = Math.max(slowestMs, one.times.totalMs);
        onSession(one.connection.processId);
        open.push(one);
      } catch (error) {
        refusal = refusalOf(error, reaching);
        if (!refusal || open.length === 0) throw error;
      }
    }
    const atOnce = await workAtOnce(
      open.map(({ connection }) => connection),
      reaching,
    );
    return { asked, letIn: open.length, atOnce, ...(refusal && { refusal }) };
  } finally {
    await Promise.all(open.map(({ close }) => close()));
  }
}

function refusalOf(error: unknown, { driver }: Asking): PoolerReach['refusal'] {
  if (!(error instanceof Error)) return undefined;
  const { kind, label } = driver.classify(error);
  const { cause } = error;
  const said = error instanceof PoolctlError && cause instanceof Error ? cause.message : error.message;
  return limits.includes(kind) ? { kind, label, message: said.slice(0, longestMessage) } : undefined;
}

async function workAtOnce(connections: readonly LoadConnection[], reaching: Reaching): Promise<number> {
  const { control, to, signal } = reaching;
  let left = connections.length;
  for (const connection of connections) {
    void sleepFor(connection, to.target.protocol, sleepSeconds).then(() => {
      left -= 1;
    });
  }
  let most = 0;
  let since = performance.now();
  while (most < connections.length && performance.now() - since < restMs && !signal.aborted) {
    await sleep(lookEveryMs);
    const { own } = await control.look([]);
    if ((own?.active ?? 0) <= most) continue;
    most = own?.active ?? 0;
    since = performance.now();
  }
  // Each that ends lets one that waited in the pooler begin.
  const until = performance.now() + mostEndingMs;
  while (left > 0 && performance.now() < until) {
    await control.cancel([]);
    await sleep(lookEveryMs / 2);
  }
  return most;
}
