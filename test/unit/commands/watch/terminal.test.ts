import { stripVTControlCharacters } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { enterScreen, leaveScreen } from '../../../../src/commands/watch/frame.ts';
import { type ShownWatching, showLive } from '../../../../src/commands/watch/terminal.ts';
import type { WatchState } from '../../../../src/watch/state.ts';
import { FakeTerminal } from '../../../helpers/fake-terminal.ts';
import { targetState, watchState } from '../../../helpers/watch-state.ts';

class FakeWatching implements ShownWatching {
  state: WatchState = watchState([targetState()]);
  resets = 0;
  readonly #listeners = new Set<() => void>();
  onChange(listener: () => void) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
  resetMarks() {
    this.resets += 1;
  }
  change(state = this.state) {
    this.state = state;
    for (const listener of this.#listeners) listener();
  }
  get isHeard() {
    return this.#listeners.size > 0;
  }
}

let terminal: FakeTerminal;
let watching: FakeWatching;
let stop: AbortController;
let ended: Promise<'ended'>;

function start(): void {
  ended = showLive(watching, {
    terminal,
    color: false,
    stop: stop.signal,
    now: () => performance.now(),
    wallMs: () => watching.state.atMs,
  }).then(() => 'ended');
}

beforeEach(() => {
  vi.useFakeTimers();
  terminal = new FakeTerminal();
  watching = new FakeWatching();
  stop = new AbortController();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('the terminal', () => {
  it('is taken at the start and given back when the user quits', async () => {
    start();
    expect(terminal.isRaw).toBe(true);
    expect(terminal.written.startsWith(enterScreen)).toBe(true);
    vi.advanceTimersByTime(100);
    expect(terminal.written).toContain('22/27 usable');
    terminal.type('q');
    expect(await ended).toBe('ended');
    expect(terminal.isRaw).toBe(false);
    expect(terminal.written.endsWith(leaveScreen)).toBe(true);
    expect([watching.isHeard, terminal.listeners]).toEqual([false, 0]);
  });

  it('is given back at once when a signal or a crash ends the program, before anyone else is heard', () => {
    start();
    stop.abort(130);
    expect(terminal.isRaw).toBe(false);
    expect(terminal.written.endsWith(leaveScreen)).toBe(true);
  });

  it('is given back when the process ends without asking, and only once', () => {
    start();
    terminal.emit('exit');
    stop.abort(130);
    expect(terminal.isRaw).toBe(false);
    expect(terminal.written.split(leaveScreen)).toHaveLength(2);
  });

  it('is given back when a picture cannot be drawn, and the error is told', async () => {
    start();
    const failed = expect(ended).rejects.toThrow('broken');
    Object.defineProperty(watching, 'state', {
      get() {
        throw new Error('broken');
      },
    });
    watching.change = () => {};
    terminal.type('j');
    await failed;
    expect(terminal.isRaw).toBe(false);
  });

  it('is left alone where it is over before it began', async () => {
    stop.abort(130);
    start();
    expect(await ended).toBe('ended');
    expect(terminal.written).toBe('');
  });

  it('is given back for as long as the process is stopped, and drawn anew', () => {
    start();
    terminal.type('\u001a');
    expect(terminal.raised).toEqual(['SIGTSTP']);
    terminal.emit('suspend');
    expect([terminal.isRaw, terminal.stops]).toEqual([false, 1]);
    vi.advanceTimersByTime(5_000);
    expect(terminal.written.endsWith(leaveScreen)).toBe(true);
    terminal.emit('continue');
    vi.advanceTimersByTime(100);
    expect(terminal.isRaw).toBe(true);
    expect(terminal.lastWritten).toContain('22/27 usable');
  });

  it('hands Ctrl-C to the program as the signal that it is elsewhere', () => {
    start();
    terminal.type('\u0003');
    expect(terminal.raised).toEqual(['SIGINT']);
  });
});

describe('pictures', () => {
  it('are at most ten a second, however much changes', () => {
    start();
    vi.advanceTimersByTime(100);
    const before = terminal.writes;
    for (let taken = 0; taken < 1_000; taken += 1) {
      watching.change(watchState([targetState({ name: `n${taken}` })]));
      vi.advanceTimersByTime(1);
    }
    expect(terminal.writes - before).toBeGreaterThan(5);
    expect(terminal.writes - before).toBeLessThanOrEqual(11);
  });

  it('write only what changed', () => {
    start();
    vi.advanceTimersByTime(100);
    watching.change(watchState(watching.state.targets, { atMs: watching.state.atMs + 1_000 }));
    vi.advanceTimersByTime(100);
    expect(terminal.lastWritten).toContain('12:00:01Z');
    expect(terminal.lastWritten).not.toContain('APPLICATION');
  });

  it('fit the terminal after it was resized', () => {
    start();
    terminal.resize(40, 10);
    vi.advanceTimersByTime(100);
    expect(terminal.lastWritten).toContain('\u001b[10;1H');
    expect(terminal.lastWritten).not.toContain('\u001b[11;1H');
  });

  it('stand still while they are held, and watching goes on', () => {
    start();
    vi.advanceTimersByTime(100);
    terminal.type('p');
    watching.change(watchState([targetState({ name: 'other' })]));
    vi.advanceTimersByTime(500);
    expect(terminal.lastWritten).toContain('PAUSED');
    expect(terminal.written).not.toContain('other');
    terminal.type(' ');
    vi.advanceTimersByTime(500);
    expect(terminal.written).toContain('other');
  });
});

describe('keys', () => {
  it('r starts the marks anew', () => {
    start();
    terminal.type('r');
    expect(watching.resets).toBe(1);
  });

  it('a key in two pieces is one key, an escape alone is Esc', () => {
    start();
    terminal.type('/abc');
    terminal.type('\u001b');
    vi.advanceTimersByTime(10);
    terminal.type('[A');
    vi.advanceTimersByTime(200);
    expect(stripVTControlCharacters(terminal.written)).toContain('Filter: abc▏');
    terminal.type('\u001b');
    vi.advanceTimersByTime(200);
    expect(stripVTControlCharacters(terminal.lastWritten)).toContain('q quit');
  });
});
