import type { LiveTerminal } from '../../base/live-terminal.ts';
import type { Key } from '../../views/watch/screen/press-key.ts';
import { pressKey } from '../../views/watch/screen/press-key.ts';
import { extentOf, screenOf } from '../../views/watch/screen/screen.ts';
import { firstScreen, type ScreenState } from '../../views/watch/screen/screen-state.ts';
import type { WatchState } from '../../watch/state.ts';
import { enterScreen, frameText, leaveScreen } from './frame.ts';
import { readKeys, type TerminalKey } from './keys.ts';

/** What is shown: of `Watching`, the part that a screen needs. */
export interface ShownWatching {
  readonly state: WatchState;
  onChange(listener: () => void): () => void;
  resetMarks(): void;
}

export interface LiveOptions {
  readonly terminal: LiveTerminal;
  readonly color: boolean;
  /** Gives the terminal back and ends the view: a signal, an error that nobody caught. */
  readonly stop: AbortSignal;
  /** Monotonic, and wall clock. */
  readonly now: () => number;
  readonly wallMs: () => number;
}

/** At most ten pictures a second, and one a second where nothing happens. */
const frameMs = 100;
const idleMs = 1_000;
/** How long the rest of a key may take to come: an escape alone is the key Esc. */
const keyMs = 50;

/** Shows the targets on the whole terminal until the user quits or `stop` is aborted; then the terminal is as it was. */
export function showLive(shown: ShownWatching, options: LiveOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    new LiveScreen(shown, options, (error) => (error === undefined ? resolve() : reject(error)));
  });
}

class LiveScreen {
  readonly #shown: ShownWatching;
  readonly #options: LiveOptions;
  readonly #ended: (error?: unknown) => void;
  readonly #listening: (() => void)[];
  #ui: ScreenState;
  /** The picture that is held still. */
  #held: WatchState | undefined;
  #before: readonly string[] | undefined;
  #unread = '';
  #drawnAtMs = Number.NEGATIVE_INFINITY;
  #drawing: NodeJS.Timeout | undefined;
  #reading: NodeJS.Timeout | undefined;
  #isOn = false;

  constructor(shown: ShownWatching, options: LiveOptions, ended: (error?: unknown) => void) {
    const { terminal, stop } = options;
    this.#shown = shown;
    this.#options = options;
    this.#ended = ended;
    this.#ui = firstScreen(shown.state.targets.length);
    const end = () => this.#end();
    this.#listening = [
      shown.onChange(() => this.#drawSoon()),
      terminal.onInput((text) => this.#guarded(() => this.#read(text))),
      terminal.on('resize', () => this.#redraw()),
      terminal.on('suspend', () => this.#suspend()),
      terminal.on('continue', () => this.#continue()),
      terminal.on('end', end),
      terminal.on('exit', () => this.#leave()),
      () => stop.removeEventListener('abort', end),
    ];
    stop.addEventListener('abort', end, { once: true });
    if (stop.aborted) this.#end();
    else this.#guarded(() => this.#enter());
  }

  #enter(): void {
    this.#options.terminal.setRaw(true);
    this.#isOn = true;
    this.#options.terminal.write(enterScreen);
    this.#redraw();
  }

  #leave(): void {
    if (!this.#isOn) return;
    this.#isOn = false;
    clearTimeout(this.#drawing);
    clearTimeout(this.#reading);
    this.#drawing = undefined;
    this.#options.terminal.write(leaveScreen);
    this.#options.terminal.setRaw(false);
  }

  #end(error?: unknown): void {
    this.#leave();
    for (const stop of this.#listening.splice(0)) stop();
    this.#ended(error);
  }

  /** An error on the way to the screen must not leave the terminal raw. */
  #guarded(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#end(error);
    }
  }

  #suspend(): void {
    this.#leave();
    this.#options.terminal.stop();
  }

  /** Also after a stop that nobody could hear of: whoever had the terminal meanwhile left it in its own way. */
  #continue(): void {
    this.#leave();
    this.#guarded(() => this.#enter());
  }

  #read(text: string): void {
    clearTimeout(this.#reading);
    const { keys, rest } = readKeys(this.#unread + text);
    this.#unread = rest;
    if (rest !== '') this.#reading = setTimeout(() => this.#readEscape(), keyMs);
    for (const key of keys) if (this.#isOn) this.#press(key);
  }

  #readEscape(): void {
    const isEscape = this.#unread === '\u001b';
    this.#unread = '';
    if (isEscape) this.#guarded(() => this.#press('escape'));
  }

  #press(key: Key | TerminalKey): void {
    const { terminal } = this.#options;
    if (key === 'interrupt') terminal.raise('SIGINT');
    else if (key === 'suspend') terminal.raise('SIGTSTP');
    else if (key === 'redraw') this.#redraw();
    else this.#follow(pressKey(this.#ui, key, extentOf(this.#state(), this.#ui, terminal)));
  }

  #follow(next: ScreenState): void {
    const before = this.#ui;
    this.#ui = next;
    if (next.isPaused !== before.isPaused) this.#held = next.isPaused ? this.#state() : undefined;
    if (next.resets !== before.resets) this.#shown.resetMarks();
    if (next.isOver) this.#end();
    else this.#drawSoon();
  }

  #state(): WatchState {
    return this.#held ?? { ...this.#shown.state, atMs: this.#options.wallMs() };
  }

  #redraw(): void {
    this.#before = undefined;
    this.#drawSoon();
  }

  #drawSoon(withinMs = 0): void {
    if (!this.#isOn) return;
    const dueMs = Math.max(withinMs, this.#drawnAtMs + frameMs - this.#options.now());
    clearTimeout(this.#drawing);
    this.#drawing = setTimeout(() => this.#guarded(() => this.#draw()), Math.max(0, dueMs));
  }

  #draw(): void {
    const { terminal, color, now } = this.#options;
    const lines = screenOf(this.#state(), this.#ui, terminal, { color });
    const text = frameText(lines, this.#before);
    this.#before = lines;
    this.#drawnAtMs = now();
    if (text !== '') terminal.write(text);
    this.#drawSoon(idleMs);
  }
}
