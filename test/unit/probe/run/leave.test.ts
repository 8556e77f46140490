import { describe, expect, it } from 'vitest';
import type { Control } from '../../../../src/probe/control/control.ts';
import type { Bench } from '../../../../src/probe/run/bench.ts';
import { leave } from '../../../../src/probe/run/leave.ts';
import { workloadOf } from '../../../helpers/fake-load.ts';

const never = new AbortController().signal;

/** Cleans up after a load that made a table; `answers`: whether nobody else needs it, look by look, the last one for ever. */
async function left(answers: readonly (boolean | undefined)[], { interrupted = never } = {}) {
  const written: string[] = [];
  let looks = 0;
  let clockMs = 0;
  const control = { write: async (statements: readonly string[]) => void written.push(...statements) };
  const workload = { ...workloadOf('SELECT 1'), teardown: ['DROP TABLE made'] };
  const bench = {
    parts: { control: control as unknown as Control, workload, now: () => clockMs },
    endWatch: () => {},
    sessions: [],
    cancelled: 0,
  } as unknown as Bench;
  const cleanUp = await leave(bench, {
    onEvent: () => {},
    now: () => clockMs,
    interrupted,
    isLast: async () => {
      clockMs += 400;
      return answers[Math.min(looks++, answers.length - 1)];
    },
  } as unknown as Parameters<typeof leave>[1]);
  return { cleanUp, written, looks };
}

describe('what the workload has made', () => {
  it('is removed by who is the last', async () => {
    expect(await left([true])).toMatchObject({ written: ['DROP TABLE made'], looks: 1 });
  });

  it('is removed too where the last one was killed before it could', async () => {
    const { written, looks, cleanUp } = await left([false, false, true]);
    expect({ written, looks }).toEqual({ written: ['DROP TABLE made'], looks: 3 });
    expect(cleanUp).toMatchObject({ verified: true, objectsLeft: [] });
  });

  it('stays for those that are still there, and nobody waits for them long', async () => {
    const { written, looks } = await left([false]);
    expect(written).toEqual([]);
    expect(looks).toBeLessThan(6);
    expect(await left([false], { interrupted: AbortSignal.abort() })).toMatchObject({ written: [], looks: 1 });
  });

  it('is no matter of a process that came before it was made', async () => {
    expect(await left([undefined, true])).toMatchObject({ written: [], looks: 1 });
  });
});
