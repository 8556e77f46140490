import type { DriverConnection } from './drivers/driver.ts';
import type { ClosedReason } from './events.ts';

/** `checking`: asked, or rolled back, before it may be lent again. */
export type ConnectionUse = 'idle' | 'lent' | 'checking' | 'closing';

/** A connection that the manager keeps. Times are of its clock. */
export class KeptConnection {
  readonly driver: DriverConnection;
  readonly openedAtMs: number;
  /** When it is to be replaced, once it is idle. */
  readonly expiresAtMs: number;
  use: ConnectionUse = 'idle';
  /** Since when it is in that use. */
  sinceMs: number;
  /** It has just come back, was opened or answered: it may be lent without being asked. */
  isProven = false;
  /** It cannot be used any more. */
  isLost = false;
  /** Its holder was told as a leak. */
  isLeak = false;
  /** Until its socket is destroyed, when its goodbye gets no answer. */
  farewell: NodeJS.Timeout | undefined;
  #bytesBefore = 0;

  constructor(driver: DriverConnection, openedAtMs: number, lifetimeMs: number) {
    this.driver = driver;
    this.openedAtMs = openedAtMs;
    this.expiresAtMs = openedAtMs + lifetimeMs;
    this.sinceMs = openedAtMs;
  }

  /** Only a connection that somebody uses keeps the process alive. */
  turn(use: ConnectionUse, nowMs: number): void {
    this.driver.holdProcess(use === 'lent' || use === 'checking');
    this.use = use;
    this.sinceMs = nowMs;
    if (use === 'lent') this.#bytesBefore = this.driver.bytesRead();
  }

  /** Whether the server has said anything since it was lent. */
  get wasAnswered(): boolean {
    return this.driver.bytesRead() > this.#bytesBefore;
  }

  /** Why it is not kept when it comes back; undefined where it is. */
  reasonToClose(isDiscarded: boolean, isDraining: boolean, nowMs: number): ClosedReason | undefined {
    if (this.isLost) return 'lost';
    if (isDiscarded) return 'discarded';
    if (this.driver.isBusy()) return 'busy';
    if (isDraining) return 'drained';
    return nowMs >= this.expiresAtMs ? 'lifetime' : undefined;
  }
}
