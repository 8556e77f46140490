import type { LiveTerminal, TerminalEvent } from '../../src/base/live-terminal.ts';

/** A terminal of 80 × 24 that keeps what is written to it. */
export class FakeTerminal implements LiveTerminal {
  columns = 80;
  rows = 24;
  isRaw = false;
  written = '';
  lastWritten = '';
  writes = 0;
  stops = 0;
  readonly raised: string[] = [];
  readonly #listening = new Map<() => void, TerminalEvent>();
  readonly #readers = new Set<(text: string) => void>();

  get listeners(): number {
    return this.#listening.size + this.#readers.size;
  }

  write(text: string): void {
    this.written += text;
    this.lastWritten = text;
    this.writes += 1;
  }

  setRaw(isRaw: boolean): void {
    this.isRaw = isRaw;
  }

  onInput(listener: (text: string) => void): () => void {
    this.#readers.add(listener);
    return () => this.#readers.delete(listener);
  }

  on(event: TerminalEvent, listener: () => void): () => void {
    this.#listening.set(listener, event);
    return () => this.#listening.delete(listener);
  }

  raise(signal: 'SIGINT' | 'SIGTSTP'): void {
    this.raised.push(signal);
  }

  stop(): void {
    this.stops += 1;
  }

  type(text: string): void {
    for (const read of [...this.#readers]) read(text);
  }

  emit(event: TerminalEvent): void {
    for (const [listener, of] of [...this.#listening]) if (of === event) listener();
  }

  resize(columns: number, rows: number): void {
    this.columns = columns;
    this.rows = rows;
    this.emit('resize');
  }
}
