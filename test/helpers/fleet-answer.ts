import type { AllocatedPool } from '../../src/budget/allocation.ts';
import type { Moment, ServerAnswer, ServiceAnswer } from '../../src/budget/answer.ts';
import type { FleetCount } from '../../src/budget/model.ts';
import type { SourceSpan } from '../../src/declarations/source-span.ts';
import type { FleetService } from '../../src/views/fleet/result.ts';

/** Answers made by hand, for what shows them. */
export const exactly = (connections: number): Moment => ({ connections, isAtLeast: false });
export const atLeast = (connections: number): Moment => ({ connections, isAtLeast: true });
export const count = (value: number): FleetCount => ({ kind: 'known', value });

export function placeIn(file: string, line = 1): SourceSpan {
  return { file, start: 0, end: 1, line, column: 1, endLine: line, endColumn: 2 };
}

/** A server with that worst minute; of what is left out, something that goes with it. */
export function serverAnswer(
  given: Partial<ServerAnswer> & { readonly name: string; readonly worst?: Moment },
): ServerAnswer {
  const { worst = exactly(60), usable = 97, ...rest } = given;
  const left = usable - worst.connections;
  return {
    counts: 'server connections',
    isBudgeted: true,
    usable,
    usableIs: `${usable + 3} less 3 reserved`,
    normal: exactly(Math.round(worst.connections / 2)),
    scaledOut: exactly(Math.round(worst.connections * 0.8)),
    worstMinute: { ...worst, rolling: ['api'] },
    withTerminating: exactly(worst.connections * 2),
    left,
    fits: left < 0 ? 'no' : 'yes',
    largestRollout: Math.max(0, left + 5),
    shares: [],
    ...rest,
  };
}

export function serviceAnswer(
  given: Partial<FleetService> & { readonly name: string; readonly server: string },
): FleetService {
  return {
    pool: count(10),
    parts: [],
    processes: count(1),
    instances: { normal: count(4), most: count(5) },
    worst: exactly(60),
    worstIs: '(5 + 1 in a roll-out) x 10',
    share: 80,
    largestPool: 13,
    mostInstances: 6,
    ...given,
  } satisfies ServiceAnswer & FleetService;
}

export function allocatedPool(
  given: Partial<AllocatedPool> & { readonly service: string; readonly server: string },
): AllocatedPool {
  return { connectionLimit: 8, quota: 48, mostInstances: 7, limitedBy: 'declared', ...given };
}
