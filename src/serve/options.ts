import type { WatchState } from '../watch/state.ts';

/** What is served: a Watching is one. */
export interface WatchSource {
  readonly state: WatchState;
  readonly isPaused?: boolean;
  onChange(listener: (state: WatchState) => void): () => void;
}

export interface ServeOptions {
  /** 127.0.0.1; an address that other machines reach needs a token, unless everybody may read. */
  readonly host?: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** Must be sent as `Authorization: Bearer TOKEN`. */
  readonly token?: string;
  /** Groups and pools of a target that are told apart: 50. */
  readonly top?: number;
  /** The clock of `lookedAtMs`: that of `performance.now()`. */
  readonly nowMs?: () => number;
  /** A client that has not sent its headers by then is cut off: 5000. */
  readonly headersTimeoutMs?: number;
}
