/** Lets the browser paint and hear the user before work goes on. */
export function laterTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

/** Calls it once things have been quiet for so long. */
export function onceQuiet(quietMs: number, call: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(call, quietMs);
  };
}
