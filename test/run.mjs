// The tests, in two lanes side by side, each with database servers of its own: most of their time is waiting. What needs a
// quiet machine comes after them.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const vitest = fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url));
const lanes = [['unit', 'cli', 'live'], ['probe']];

/** Its output is kept until it has ended, so that the two do not mix. */
function run(projects) {
  return new Promise((resolve) => {
    const args = [vitest, 'run', ...projects.flatMap((name) => ['--project', name]), ...process.argv.slice(2)];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        output += text;
      });
    }
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => child.kill(signal));
    child.once('close', (code) => {
      process.stdout.write(output);
      resolve(code ?? 1);
    });
  });
}

const codes = [...(await Promise.all(lanes.map(run))), await run(['quiet'])];
process.exitCode = Math.max(...codes);
