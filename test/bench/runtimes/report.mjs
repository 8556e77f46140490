// What the bench prints.
import { tableOf } from '../probe-truth/shared.mjs';
import { known } from './known.mjs';

/** One outcome in a line. */
export function describe({ passed, failed, toldNotToSurvive }) {
  if (failed.length > 0) return failed.map(({ check, reason }) => `${check}: ${reason}`).join('; ');
  return `${passed} checks passed${toldNotToSurvive ? ', and its head says what it does not survive' : ''}`;
}

/** The table, and below it why something failed. How many of those are not known. */
export function print(rows, runtimes, engines) {
  const notes = [];
  let unknown = 0;
  const cell = (row, runtime) => {
    const outcome = row.cells[runtime.id];
    if (outcome === undefined) return '';
    if (outcome.failed.length === 0)
      return outcome.toldNotToSurvive ? `${outcome.passed} ok *` : `${outcome.passed} ok`;
    return outcome.failed
      .map(({ check, reason }) => {
        const match = known.find((each) => isOf(each, row, runtime, check));
        if (match === undefined) unknown += 1;
        const about = `${row.target} on ${engines[row.engine]}, ${runtime.title}, ${check}`;
        notes.push(match ? `${about}: known: ${match.reason}` : `${about}: ✗ ${reason}`);
        return match ? `known: ${check}` : `✗ ${check}`;
      })
      .join('\n');
  };
  const table = tableOf(['target', 'server', ...runtimes.map(({ title }) => title)], 2 + runtimes.length);
  for (const row of rows) {
    table.push([row.target, engines[row.engine], ...runtimes.map((runtime) => cell(row, runtime))]);
  }
  console.log(table.toString());
  if (rows.some(({ cells }) => Object.values(cells).some((outcome) => outcome.toldNotToSurvive))) {
    console.log('* its head says that the library does not survive it when the server ends sessions');
  }
  for (const note of notes) console.log(note);
  console.log(unknown === 0 ? 'All as known.' : `${unknown} not known: ✗`);
  return unknown;
}

function isOf(each, row, runtime, check) {
  return (
    each.target === row.target &&
    each.check === check &&
    (each.engine ?? row.engine) === row.engine &&
    (each.runtimes ?? [runtime.id]).includes(runtime.id)
  );
}
