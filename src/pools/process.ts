import { constants } from 'node:os';
import { atLeast } from '../base/check-number.ts';
import { longestTimerMs } from '../base/deadline.ts';

/** The process that the pools run in: this file is the one of `poolctl/pools` that knows it. */
export const environmentValue = (name: string): string | undefined => process.env[name];

/** What is closed before the process ends; a PoolManager is one. */
export interface ClosedAtEnd {
  close(options: { readonly graceMs: number }): Promise<void>;
}

export interface SignalOptions {
  /** How long connections in use are waited for: 10 000 ms. */
  readonly graceMs?: number;
}

type EndingSignal = 'SIGINT' | 'SIGTERM';
const signals: readonly EndingSignal[] = ['SIGINT', 'SIGTERM'];
const installed = new Map<ClosedAtEnd, number>();
let isClosing = false;

/**
 * Closes the manager at the first SIGINT or SIGTERM, then lets the signal end the process, so that its exit status says so
 * (130, 143). A second signal ends it at once. Where the application handles the signal as well, ending is its business. The
 * function that this gives takes it back. @throws PoolctlError VALUE_INVALID for a graceMs that no timer has
 */
export function installSignals(manager: ClosedAtEnd, { graceMs = 10_000 }: SignalOptions = {}): () => void {
  atLeast('graceMs', graceMs, 0, longestTimerMs);
  if (installed.size === 0) for (const signal of signals) process.on(signal, handle);
  installed.set(manager, graceMs);
  return () => {
    installed.delete(manager);
    if (installed.size === 0) for (const signal of signals) process.off(signal, handle);
  };
}

async function handle(signal: EndingSignal): Promise<void> {
  const isOurs = process.listenerCount(signal) === 1;
  if (isClosing) {
    if (isOurs) process.exit(128 + constants.signals[signal]);
    return;
  }
  isClosing = true;
  await Promise.allSettled([...installed].map(([manager, graceMs]) => manager.close({ graceMs })));
  for (const one of signals) process.off(one, handle);
  installed.clear();
  isClosing = false;
  if (isOurs) process.kill(process.pid, signal);
}
