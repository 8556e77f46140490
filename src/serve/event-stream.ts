import type { ServerResponse } from 'node:http';
import { jsonText } from '../base/clean.ts';
import type { TargetState, WatchState } from '../watch/state.ts';
import { picturedTarget } from './picture.ts';

/** Changes are told at most so often: 50 targets change 25 times a second. */
const tellEveryMs = 250;
/** Keeps proxies from ending a connection in which nothing changes. */
const heartbeatMs = 15_000;
/** Who has not taken what was sent for so long is dropped. */
const patienceMs = 30_000;

/** What is sent before the targets: the whole picture, or those targets alone that have changed. */
export type PictureEvent = 'picture' | 'targets';

interface Reader {
  readonly response: ServerResponse;
  /** It has been told all until this state; undefined: nothing, or it fell behind. */
  told?: WatchState;
  /** What was sent is still under way. */
  isBusy: boolean;
  deadline?: NodeJS.Timeout;
}

/**
 * Tells what is watched to those who listen, as server-sent events: the whole picture first, then the targets that have
 * changed. A reader that is slow is sent nothing until it has taken what is under way, and then only the picture of that
 * moment; so each holds one message in memory, whatever happens.
 */
export class EventStream {
  readonly #readers = new Set<Reader>();
  readonly #top: number;
  #state: WatchState;
  #due: NodeJS.Timeout | undefined;
  #heartbeat: NodeJS.Timeout | undefined;
  /** Each target is drawn once, for however many readers. */
  readonly #drawn = new WeakMap<TargetState, string>();

  constructor(state: WatchState, top: number) {
    this.#state = state;
    this.#top = top;
  }

  get readers(): number {
    return this.#readers.size;
  }

  /** Begins to answer; `response` has been given no head yet. */
  add(response: ServerResponse): void {
    const reader: Reader = { response, isBusy: false };
    this.#readers.add(reader);
    this.#heartbeat ??= setInterval(() => this.#beat(), heartbeatMs).unref();
    response.on('close', () => this.#drop(reader));
    response.on('drain', () => {
      clearTimeout(reader.deadline);
      reader.isBusy = false;
      this.#tell(reader);
    });
    response.flushHeaders();
    this.#tell(reader);
  }

  changed(state: WatchState): void {
    this.#state = state;
    if (this.#readers.size === 0) return;
    this.#due ??= setTimeout(() => {
      this.#due = undefined;
      for (const reader of this.#readers) this.#tell(reader);
    }, tellEveryMs);
  }

  close(): void {
    clearTimeout(this.#due);
    for (const reader of this.#readers) {
      reader.response.end();
      this.#drop(reader);
    }
  }

  #tell(reader: Reader): void {
    if (reader.isBusy || reader.told === this.#state) return;
    const { told } = reader;
    const known = new Set(told?.targets);
    const isWhole = told === undefined || told.targets.length !== this.#state.targets.length;
    const targets = isWhole ? this.#state.targets : this.#state.targets.filter((target) => !known.has(target));
    reader.told = this.#state;
    this.#send(reader, this.#message(isWhole ? 'picture' : 'targets', targets));
  }

  #message(event: PictureEvent, targets: readonly TargetState[]): string {
    const { atMs, intervalMs } = this.#state;
    const rest = `"targets":[${targets.map((target) => this.#draw(target)).join(',')}]}`;
    return `event: ${event}\ndata: {"atMs":${atMs},"intervalMs":${intervalMs},${rest}\n\n`;
  }

  #draw(target: TargetState): string {
    const drawn = this.#drawn.get(target) ?? jsonText(picturedTarget(target, this.#top));
    this.#drawn.set(target, drawn);
    return drawn;
  }

  #beat(): void {
    for (const reader of this.#readers) if (!reader.isBusy) this.#send(reader, ':\n\n');
  }

  #send(reader: Reader, text: string): void {
    if (reader.response.write(text)) return;
    reader.isBusy = true;
    reader.deadline = setTimeout(() => reader.response.destroy(), patienceMs).unref();
  }

  #drop(reader: Reader): void {
    clearTimeout(reader.deadline);
    this.#readers.delete(reader);
    if (this.#readers.size > 0) return;
    clearInterval(this.#heartbeat);
    this.#heartbeat = undefined;
  }
}
