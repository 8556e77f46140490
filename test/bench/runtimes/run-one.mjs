// One snippet on one runtime: starts the worker, hears what it finds out, and sees that it ends.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { settings } from './workshop.mjs';

const patienceMs = 120_000;
/** After end(), nothing may keep the process. */
const endsWithinMs = 5_000;

export async function runOne(runtime, { folder, worker, args, doesNotSurvive }, { engine, server, control }) {
  await nobodyThere(control);
  const told = { running: 'loads', passed: 0, failed: [], isEnded: false };
  const fail = (reason) => told.failed.push({ check: told.running, reason });
  const child = spawn(runtime.command, [...runtime.flags, worker, ...args], {
    cwd: folder,
    env: {
      ...runtime.env,
      ...environment(server),
      CONTROL: JSON.stringify({ url: control.url, engine, settings, skip: doesNotSurvive ? ['survives'] : [] }),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const stop = () => child.kill('SIGKILL');
  process.once('exit', stop);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
  }
  let timer = setTimeout(stop, patienceMs);
  control.onTold(({ check, reason, starts, isEnded }) => {
    if (starts !== undefined) told.running = starts;
    else if (reason !== undefined) told.failed.push({ check, reason });
    else if (check !== undefined) told.passed += 1;
    if (!isEnded) return;
    [told.running, told.isEnded] = ['ends', true];
    clearTimeout(timer);
    timer = setTimeout(stop, endsWithinMs);
  });
  const [code, signal] = await new Promise((resolve) => {
    child.once('error', (error) => resolve([error.message, null]));
    child.once('close', (...how) => resolve(how));
  });
  clearTimeout(timer);
  process.off('exit', stop);
  control.onTold(() => {});
  if (signal !== null && told.isEnded) fail(`the process still ran ${endsWithinMs / 1_000} s after end()`);
  else if (signal !== null) fail(`ended by ${signal}`);
  else if (code !== 0 || !told.isEnded) fail(`the process ended with ${code}: ${errorIn(output)}`);
  else if (!(await isEmptySoon(control))) fail('sessions are left on the server');
  else told.passed += 1;
  if (doesNotSurvive === undefined) return told;
  const text = readFileSync(join(folder, args[1]), 'utf8');
  if (!doesNotSurvive.test(text))
    told.failed.push({ check: 'survives', reason: 'it does not, and its head does not say so' });
  return { ...told, toldNotToSurvive: true };
}

function environment({ host, port, user, password, database }) {
  return { DB_HOST: host, DB_PORT: String(port), DB_USERNAME: user, DB_PASSWORD: password, DB_DATABASE: database };
}

/** The line that says what went wrong, of a text with a stack. */
function errorIn(output) {
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  const line =
    lines.find((each) => /^(error: )?(Uncaught )?\w*error\b.*: /i.test(each)) ?? lines.at(-1) ?? 'it printed nothing';
  return line.trim();
}

async function isEmptySoon(control, patienceMs = 3_000) {
  const until = performance.now() + patienceMs;
  while ((await control.sessions()) > 0) {
    if (performance.now() > until) return false;
    await sleep(100);
  }
  return true;
}

/** A session whose process was ended may still run its query. */
async function nobodyThere(control) {
  if (!(await isEmptySoon(control, 30_000))) throw new Error('sessions of an earlier run are left on the server');
}
