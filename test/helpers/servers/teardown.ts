const works: (() => Promise<void>)[] = [];

/** Remembers what must be done when the run is over. */
export function atEnd(work: () => Promise<void>): void {
  works.push(work);
}

export async function tearDown(): Promise<void> {
  const results = await Promise.allSettled(works.splice(0).map((work) => work()));
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
}
