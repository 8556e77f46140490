import type { AcquireFacts } from '../facts.ts';
import { recordedOutcomes, unknownValue } from './document.ts';
import { Ring } from './ring.ts';

/** One acquire for the document; times in ms of the observer's clock. */
export interface AcquireRow extends Omit<AcquireFacts, 'errorType' | 'stack' | 'heldInContext' | 'holder'> {
  /** When the one was asked for that its context held; NaN for none, undefined where contexts are not followed. */
  readonly holderAskedAtMs: number | undefined;
  /** Its number among the recorder's sites; -1 where no stack was taken. */
  readonly site: number;
}

const notFollowed = -1;
const outcomeNumbers: ReadonlyMap<string, number> = new Map(recordedOutcomes.map((name, number) => [name, number]));

/** The last acquires that have ended: 35 bytes each, and nothing is allocated for one. */
export class AcquireRing {
  readonly #ring: Ring;
  readonly #askedAtMs: Float64Array;
  readonly #queuedMs: Float32Array;
  readonly #connectingMs: Float32Array;
  readonly #waitMs: Float32Array;
  readonly #useMs: Float32Array;
  readonly #site: Int16Array;
  readonly #outcome: Uint8Array;
  readonly #holderAskedAtMs: Float64Array;

  constructor(capacity: number) {
    this.#ring = new Ring(capacity);
    this.#askedAtMs = new Float64Array(capacity);
    this.#queuedMs = new Float32Array(capacity);
    this.#connectingMs = new Float32Array(capacity);
    this.#waitMs = new Float32Array(capacity);
    this.#useMs = new Float32Array(capacity);
    this.#site = new Int16Array(capacity);
    this.#outcome = new Uint8Array(capacity);
    this.#holderAskedAtMs = new Float64Array(capacity);
  }

  get overwritten(): number {
    return this.#ring.overwritten;
  }

  add(acquire: AcquireFacts, site: number): void {
    const slot = this.#ring.next();
    this.#askedAtMs[slot] = acquire.askedAtMs;
    this.#queuedMs[slot] = acquire.queuedMs ?? unknownValue;
    this.#connectingMs[slot] = acquire.connectingMs ?? unknownValue;
    this.#waitMs[slot] = acquire.waitMs ?? unknownValue;
    this.#useMs[slot] = acquire.useMs ?? unknownValue;
    this.#site[slot] = site;
    this.#outcome[slot] = outcomeNumbers.get(acquire.outcome) ?? 0;
    this.#holderAskedAtMs[slot] = holderAskedAtMs(acquire) ?? notFollowed;
  }

  /** The oldest end first. */
  rows(): AcquireRow[] {
    const known = (value = unknownValue) => (value < 0 ? undefined : value);
    return this.#ring.slots().map((slot) => ({
      askedAtMs: this.#askedAtMs[slot] ?? 0,
      queuedMs: known(this.#queuedMs[slot]),
      connectingMs: known(this.#connectingMs[slot]),
      waitMs: known(this.#waitMs[slot]),
      useMs: known(this.#useMs[slot]),
      outcome: recordedOutcomes[this.#outcome[slot] ?? 0] ?? 'other',
      holderAskedAtMs: this.#holderAskedAtMs[slot] === notFollowed ? undefined : this.#holderAskedAtMs[slot],
      site: this.#site[slot] ?? unknownValue,
    }));
  }
}

export function holderAskedAtMs({ heldInContext, holder }: AcquireFacts): number | undefined {
  return heldInContext === undefined ? undefined : (holder?.askedAtMs ?? Number.NaN);
}
