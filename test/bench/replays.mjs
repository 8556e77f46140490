// Does a replay predict what another pool would have done? Random loads on real PostgreSQL and MariaDB are recorded with one
// pool, replayed with another size, and then really run with it four times. Prints the predicted and the measured p99 waits,
// and fails where more than one of 20 predictions lies outside of the interval that the four runs give for one more.
// 12 minutes: npm run build && node test/bench/replays.mjs [runs] [first seed] [engine]
import { runnerImport } from 'vite';

const [runsText = '20', seedText = '1', onlyEngine] = process.argv.slice(2);
const [runs, firstSeed] = [Number(runsText), Number(seedText)];
const [durationMs, repeats] = [3_000, 4];
/** Waits that differ by less are the same to a timer. */
const clockMs = 2;

const root = new URL('../../', import.meta.url).pathname;
const imported = async (name) => (await runnerImport(`${root}${name}.ts`)).module;
const { runLoad } = await imported('test/helpers/causes/run-load');
const { arrivalTimes } = await imported('test/helpers/causes/load');
const { startOwn } = await imported('test/helpers/servers/own-server');
const { ordinary } = await imported('test/helpers/sessions');
const { recordedLoad } = await imported('src/diagnose/recorded-load');
const { replicate } = await imported('src/simulate/replicate');
const { RandomStream } = await imported('src/traffic/random');
const { tQuantile } = await imported('src/stats/student-t');

/** A steady load, or one with a burst, that keeps the second pool between a half and nine tenths busy. */
function planOf(seed) {
  const random = new RandomStream(seed, 13);
  const between = (least, most) => least + (most - least) * random.uniform();
  const limit = Math.round(between(4, 12));
  const other = Math.max(2, limit + Math.round(between(-0.3, 0.5) * limit));
  const meanMs = between(20, 60);
  const rate = (other * between(0.5, 0.9) * 1_000) / meanMs;
  const burst = between(0, 1) < 0.5 ? between(2, 4) : 1;
  const timesMs = arrivalTimes(random, durationMs, (ms) => (ms > 1_000 && ms < 1_300 ? burst * rate : rate));
  return { limit, other, timesMs, holdsMs: timesMs.map(() => meanMs * (0.3 + 0.7 * random.exponential())) };
}

function p99Of({ acquires }) {
  const waits = acquires.filter(({ outcome }) => outcome !== 'waiting').map(({ waitMs }) => waitMs);
  return waits.sort((a, b) => a - b)[Math.floor(0.99 * waits.length)];
}

/** Where one more run would lie, with 95 % confidence. */
function intervalOf(values) {
  const logs = values.map((value) => Math.log(Math.max(value, 0.1)));
  const mean = logs.reduce((sum, log) => sum + log, 0) / logs.length;
  const variance = logs.reduce((sum, log) => sum + (log - mean) ** 2, 0) / (logs.length - 1);
  const half = tQuantile(0.975, logs.length - 1) * Math.sqrt(variance * (1 + 1 / logs.length));
  return [Math.exp(mean - half) - clockMs, Math.exp(mean + half) + clockMs];
}

let failed = 0;
for (const [engine, protocol] of [
  ['postgres', 'postgres'],
  ['mariadb', 'mysql'],
]) {
  if (onlyEngine && engine !== onlyEngine) continue;
  const server = await startOwn(engine);
  let inside = 0;
  try {
    for (let seed = firstSeed; seed < firstSeed + runs; seed += 1) {
      const { limit, other, ...load } = planOf(seed);
      const run = (size) => runLoad({ ...load, protocol, login: ordinary(server), limit: size, durationMs });
      const { timesMs, holdsMs, sortedHoldsMs } = recordedLoad(await run(limit));
      const { figures } = await replicate(
        {
          arrivals: { kind: 'trace', timesMs, holdsMs },
          hold: { kind: 'samples', sortedMs: sortedHoldsMs },
          ...{ connections: other, durationMs, seed: 1 },
        },
        { replications: 10 },
      );
      const measured = [];
      for (let turn = 0; turn < repeats; turn += 1) measured.push(p99Of(await run(other)));
      const { mean, low, high } = figures.p99WaitMs;
      const [from, to] = intervalOf(measured);
      const isInside = mean >= from && mean <= to;
      if (isInside) inside += 1;
      const ms = (values) => values.map((value) => value.toFixed(1)).join(' ');
      console.log(
        `${isInside ? ' ' : '✗'} ${engine} ${seed}: ${limit} -> ${other}, predicted ${ms([mean])} (${ms([low])} to ${ms([high])}) ms, measured ${ms(measured)}, interval ${ms([from])} to ${ms([to])}`,
      );
    }
  } finally {
    await server.stop();
  }
  console.log(`${engine}: ${inside} of ${runs} predictions lie in the measured interval`);
  if (inside < runs * 0.95) failed += 1;
}
process.exitCode = failed > 0 ? 1 : 0;
