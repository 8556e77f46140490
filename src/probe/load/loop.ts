/** Makes the requests of a step. */
export interface Loop {
  start(): void;
  /** Sends nothing more; what was due before the moment is sent still. */
  stop(untilMs: number): void;
}
