import { closeSync, openSync, writeSync } from 'node:fs';
import { resolve } from 'node:path';
import { cleanLine, jsonText } from '../../base/clean.ts';
import type { Io } from '../../base/io.ts';
import { unwritable } from '../../cli/reserve.ts';
import { eventLines, skippedLine, targetLine } from '../../views/watch/lines.ts';
import type { Grouping } from '../../watch/grouping.ts';
import { watchLine } from '../../watch/line.ts';
import type { TargetState, WatchState } from '../../watch/state.ts';

/** Where lines go: standard output, or a file of -o. */
export interface LineSink {
  line(text: string): void;
  close(): void;
}

/** @throws PoolctlError OUTPUT_UNWRITABLE */
export function lineSink(file: string | undefined, io: Io): LineSink {
  if (file === undefined || file === '-') {
    return { line: (text) => io.stdout.write(`${text}\n`), close: () => {} };
  }
  const attempt = <T>(write: () => T): T => {
    try {
      return write();
    } catch (cause) {
      throw unwritable(file, cause);
    }
  };
  const descriptor = attempt(() => openSync(resolve(io.cwd, file), 'w'));
  return { line: (text) => attempt(() => writeSync(descriptor, `${text}\n`)), close: () => closeSync(descriptor) };
}

/** A document a line: one for each poll that is over. */
export function ndjsonWriter(sink: LineSink, grouping: Grouping): (state: WatchState) => void {
  return eachTarget((before, target, { atMs }) => {
    if (target.polls.done === (before?.polls.done ?? 0)) return;
    sink.line(jsonText(watchLine(target, atMs, grouping)));
  });
}

/** A line for each interval of each target, and one for whatever changed. */
export function lineWriter(sink: LineSink): (state: WatchState) => void {
  return eachTarget((before, target, { atMs }) => {
    for (const line of eventLines(before, target, atMs)) sink.line(cleanLine(line));
    if (intervalsOf(target) === intervalsOf(before)) return;
    const isSkipped = target.polls.skipped > (before?.polls.skipped ?? 0);
    sink.line(cleanLine(isSkipped ? skippedLine(target, atMs) : targetLine(target, atMs)));
  });
}

function intervalsOf(target: TargetState | undefined): number {
  if (!target) return 0;
  const { done, skipped, waited = 0 } = target.polls;
  return done + skipped + waited;
}

type Take = (before: TargetState | undefined, target: TargetState, state: WatchState) => void;

/** Calls back for each target that is another object than before. */
function eachTarget(take: Take): (state: WatchState) => void {
  const last = new Map<string, TargetState>();
  return (state) => {
    for (const target of state.targets) {
      const before = last.get(target.name);
      if (before === target) continue;
      last.set(target.name, target);
      take(before, target, state);
    }
  };
}
