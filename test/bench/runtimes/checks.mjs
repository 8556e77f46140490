// The checks of test/live/emit/emit.test.ts, without a test runner, for runtimes that have none in common.

/** Of snippets that refuse at all. */
export const ofQueueLimit = ['refuses', 'place of those who gave up'];

/** They have windows of a tenth of a second: where the machine has other work, one may need several tries. */
export const timed = ['sessions', 'refuses', 'gives up', 'place of those who gave up'];

/**
 * In this order, as each leaves a pool that is idle, also when it fails. The name is what the table says of one that fails.
 */
export const checks = {
  async sessions({ pool, settings: { connectionLimit, queueLimit }, ask }) {
    const outcomes = together(connectionLimit + queueLimit, () => outcomeOf(pool.acquire()));
    await Promise.all(outcomes.slice(0, connectionLimit));
    const underPressure = await ask('/sessions');
    for (const outcome of outcomes) await (await outcome).release?.();
    equal(underPressure, connectionLimit, 'sessions under pressure');
    equal(errorsOf(await Promise.all(outcomes)).join(), '', 'errors of those who waited');
    equal(await ask('/sessions'), connectionLimit, 'sessions after it');
  },

  async refuses({ pool, snippetCase, settings: { connectionLimit, queueLimit, acquireTimeoutMs } }) {
    const outcomes = together(connectionLimit + queueLimit + 1, () => outcomeOf(pool.acquire()));
    const { error, tookMs } = await Promise.race(outcomes.slice(connectionLimit));
    for (const outcome of outcomes) await (await outcome).release?.();
    matches(error, snippetCase.refused);
    isBetween(tookMs, 0, acquireTimeoutMs / 2);
    equal(errorsOf(await Promise.all(outcomes)).length, 1, 'refused');
  },

  async 'gives up'({ pool, snippetCase, settings: { connectionLimit, acquireTimeoutMs } }) {
    const waited = await whileHeld(pool, connectionLimit, () =>
      Promise.all([pool.acquire(), pool.query()].map(outcomeOf)),
    );
    for (const { error, tookMs } of waited) {
      matches(error, snippetCase.gaveUp);
      isBetween(tookMs, acquireTimeoutMs * 0.8, acquireTimeoutMs * 1.2);
    }
  },

  async 'place of those who gave up'({ pool, snippetCase, settings: { connectionLimit, queueLimit } }) {
    const waited = await whileHeld(pool, connectionLimit, async () => {
      const gone = await Promise.all(together(queueLimit, () => outcomeOf(pool.acquire())));
      return [...gone, await outcomeOf(pool.query())];
    });
    for (const { error } of waited) matches(error, snippetCase.gaveUp);
  },

  async 'loses none'({ pool, settings: { connectionLimit }, ask }) {
    await allAgain(pool, connectionLimit, ask);
    await pool.query();
  },

  async 'prints nothing'({ printed, snippetCase: { prints } }) {
    const rest = printed.filter((line) => !prints?.test(line));
    equal(rest.join(' | ').slice(0, 200), '', 'printed');
  },

  /** One session runs a query, one is held, the others are idle. */
  async survives({ pool, engine, settings: { connectionLimit }, ask }) {
    const [held, ...others] = await Promise.all(together(connectionLimit, () => pool.acquire()));
    for (const release of others) await release();
    const running = outcomeOf(pool.query(engine === 'postgres' ? 'select pg_sleep(5)' : 'select sleep(5)'));
    await soon(async () => equal(await ask('/running'), 1, 'running queries'));
    await ask('/end');
    await running;
    await outcomeOf(Promise.resolve().then(held));
    await soon(() => pool.query());
    await allAgain(pool, connectionLimit, ask);
  },
};

const together = (count, start) => Array.from({ length: count }, start);
const errorsOf = (outcomes) => outcomes.flatMap(({ error }) => (error ? [error.message] : []));

async function allAgain(pool, connectionLimit, ask) {
  equal(await whileHeld(pool, connectionLimit, () => ask('/sessions')), connectionLimit, 'sessions');
}

async function whileHeld(pool, count, work) {
  const outcomes = await Promise.all(together(count, () => outcomeOf(pool.acquire())));
  const failed = outcomes.find(({ error }) => error);
  const done = failed ? undefined : await work();
  for (const { release } of outcomes) await release?.();
  if (failed) throw failed.error;
  return done;
}

function outcomeOf(acquired) {
  const start = performance.now();
  const took = () => performance.now() - start;
  return acquired.then(
    (release) => ({ tookMs: took(), release }),
    (error) => ({ tookMs: took(), error }),
  );
}

/** Until it no longer fails, for 5 s. */
async function soon(work) {
  const start = performance.now();
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (performance.now() - start > 5_000) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

function equal(value, expected, what) {
  if (value !== expected) throw new Error(`${what}: ${value}, not ${expected}`);
}

function matches(error, expected) {
  if (!error) throw new Error('no error came');
  if (!expected.test(error.message)) throw new Error(`another error came: ${error.message}`);
}

function isBetween(tookMs, low, high) {
  if (tookMs < low || tookMs > high) throw new Error(`it took ${Math.round(tookMs)} ms, not ${low} to ${high} ms`);
}
