const events = ['uncaughtException', 'unhandledRejection'] as const;

/** Catches what would end an ordinary process, until `end()`, which tells it. */
export function strayErrors(): { end(): string[] } {
  const caught: string[] = [];
  const note = (error: unknown) => void caught.push(String(error));
  const usual = events.map((event) => [event, process.listeners(event as 'uncaughtException')] as const);
  for (const event of events) {
    process.removeAllListeners(event);
    process.on(event, note);
  }
  return {
    end() {
      for (const [event, listeners] of usual) {
        process.off(event, note);
        for (const listener of listeners) process.on(event as 'uncaughtException', listener);
      }
      return caught;
    },
  };
}
