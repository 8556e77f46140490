import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, vi } from 'vitest';
import { root } from './run.ts';
import { debianProgram } from './servers/apt.ts';

const patience = { timeout: 20_000, interval: 50 } as const;

/** A shell in a terminal of its own, which a test types into and looks at. */
export class Tmux {
  readonly #program: string;
  readonly #folder: string;

  private constructor(program: string, folder: string) {
    this.#program = program;
    this.#folder = folder;
  }

  /** The shell starts at the root of the project. Throws `Unavailable` where there is no tmux. */
  static async start(columns: number, rows: number, env: Readonly<Record<string, string>> = {}): Promise<Tmux> {
    const program = await debianProgram('tmux', 'tmux');
    const tmux = new Tmux(program, mkdtempSync(join(tmpdir(), 'poolctl-tmux-')));
    const size = ['-x', String(columns), '-y', String(rows)];
    await tmux.#ask(['-f', '/dev/null', 'new-session', '-d', ...size, '-c', root, "exec env PS1='$ ' sh"], env);
    await tmux.sees(/^\$/m);
    return tmux;
  }

  /** Types a line at the prompt. */
  async run(line: string): Promise<void> {
    await this.#ask(['send-keys', '-l', line]);
    await this.keys('Enter');
  }

  /** Keys by tmux's names for them: `C-z`, `Down`, `q`. */
  async keys(...keys: string[]): Promise<void> {
    await this.#ask(['send-keys', ...keys]);
  }

  /** What is on the screen. */
  text(): Promise<string> {
    return this.#ask(['capture-pane', '-p']);
  }

  /** Waits until it is on the screen. */
  async sees(pattern: RegExp): Promise<string> {
    return vi.waitFor(async () => {
      const text = await this.text();
      expect(text).toMatch(pattern);
      return text;
    }, patience);
  }

  async seesNot(pattern: RegExp): Promise<void> {
    await vi.waitFor(async () => expect(await this.text()).not.toMatch(pattern), patience);
  }

  /** Whether a program has the whole screen, and whether the cursor shows. */
  async modes(): Promise<{ isWhole: boolean; hasCursor: boolean }> {
    const modes = await this.#ask(['display-message', '-p', '#{alternate_on}#{cursor_flag}']);
    return { isWhole: modes[0] === '1', hasCursor: modes[1] === '1' };
  }

  async resize(columns: number, rows: number): Promise<void> {
    await this.#ask(['resize-window', '-x', String(columns), '-y', String(rows)]);
  }

  /** The process that the shell runs now. */
  async child(): Promise<number> {
    const shell = (await this.#ask(['display-message', '-p', '#{pane_pid}'])).trim();
    const [child = ''] = readFileSync(`/proc/${shell}/task/${shell}/children`, 'utf8').split(' ');
    return Number(child);
  }

  async end(): Promise<void> {
    await this.#ask(['kill-server']).catch(() => {});
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #ask(words: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<string> {
    const options = { env: { ...process.env, TMUX: '', LC_ALL: 'C.UTF-8', TMUX_TMPDIR: this.#folder, ...env } };
    const { stdout } = await promisify(execFile)(this.#program, ['-u', ...words], options);
    return stdout;
  }
}
