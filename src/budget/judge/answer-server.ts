import type { Moment, RoleAnswer, ServerAnswer, WorstMinute } from '../answer.ts';
import type { BudgetServer } from '../model.ts';
import type { Peak, ServerLoad } from '../server-load.ts';
import type { ServiceDemand } from '../service-demand.ts';
import type { ServerTimes } from '../times/fleet-times.ts';
import type { Usable } from '../usable.ts';

/** A server's load, with old instances that end slowly and without, and of its known parts alone. */
export interface LoadsOfServer {
  /** As the owner wants the worst minute. */
  readonly own: ServerLoad;
  readonly draining: ServerLoad;
  /** Of the services without unknown parts; left out where all are. */
  readonly known?: { readonly own: ServerLoad; readonly draining: ServerLoad };
}

export interface ServerToAnswer {
  readonly server: BudgetServer;
  readonly usable: Usable;
  readonly loads: LoadsOfServer;
  readonly times: ServerTimes;
}

type UnknownPart = 'normal' | 'scaledOut' | 'worst' | 'withTerminating';

/** What a server takes and whether it fits. */
export function answerServer(input: ServerToAnswer): Omit<ServerAnswer, 'roles'> {
  const { server, usable, loads } = input;
  const { own, draining, known } = loads;
  const peaks = { normal: own.peak('normal'), scaledOut: own.peak('scaledOut'), worst: own.peak('worst') };
  const drained = draining.peak('worst');
  const worstPart: UnknownPart = own.worstPart;
  const { demands } = own.input;
  const of = (peak: Peak, part: UnknownPart, load = known?.own): Moment =>
    momentOf(peak, demands, part, load?.peak(peak.moment));
  const worst = of(peaks.worst, worstPart);
  const scaledOut = of(peaks.scaledOut, 'scaledOut');
  return {
    name: server.name,
    counts: server.counts,
    isBudgeted: server.isBudgeted,
    ...(usable.usable !== undefined && { usable: usable.usable }),
    usableIs: usable.usableIs,
    normal: of(peaks.normal, 'normal'),
    scaledOut,
    worstMinute: minuteOf(worst, peaks.worst, own, input.times),
    withTerminating: of(drained, 'withTerminating', known?.draining),
    ...(usable.usable !== undefined &&
      demands.length > 0 &&
      !worst.isAtLeast && { left: usable.usable - worst.connections }),
    fits: demands.length === 0 ? withoutClients(usable.usable) : fitsIn(usable.usable, worst, server.isBudgeted),
    ...(usable.usable !== undefined &&
      demands.length > 0 &&
      !scaledOut.isAtLeast && { largestRollout: Math.max(0, usable.usable - own.fullestBeforeRollout) }),
    shares: demands.map((demand) => ({
      service: demand.service.name,
      normal: shareOf(own, peaks.normal, demand, 'normal'),
      scaledOut: shareOf(own, peaks.scaledOut, demand, 'scaledOut'),
      worst: shareOf(own, peaks.worst, demand, worstPart),
    })),
  };
}

/** The worst minute of those who log in with one role, against its own limit. */
export function answerRole(role: string, limit: number, input: ServerToAnswer): RoleAnswer {
  const { own, known } = input.loads;
  const peak = own.peak('worst');
  const part: UnknownPart = own.worstPart;
  const worst = momentOf(peak, own.input.demands, part, known?.own.peak('worst'));
  const fits = fitsIn(limit, worst, true);
  return {
    role,
    limit,
    worstMinute: minuteOf(worst, peak, own, input.times),
    ...(!worst.isAtLeast && { left: limit - worst.connections }),
    fits: fits === 'not judged' ? 'unknown' : fits,
  };
}

/** A server that nobody is found to use is more likely one whose clients were not read than an idle one. */
function withoutClients(usable: number | undefined) {
  return usable === undefined ? 'not judged' : 'unknown';
}

/** More than fits is certain even where parts are unknown; that it fits is not. */
function fitsIn(usable: number | undefined, { connections, isAtLeast }: Moment, isBudgeted: boolean) {
  if (usable === undefined) return isBudgeted ? 'unknown' : 'not judged';
  if (connections > usable) return 'no';
  return isAtLeast ? 'unknown' : 'yes';
}

function momentOf(peak: Peak, demands: readonly ServiceDemand[], part: UnknownPart, known: Peak | undefined): Moment {
  const { connections } = peak;
  const isAtLeast = demands.some(({ isUnknown }) => isUnknown[part]);
  return isAtLeast ? { connections, isAtLeast, known: known?.connections ?? 0 } : { connections, isAtLeast };
}

function minuteOf(moment: Moment, peak: Peak, load: ServerLoad, times: ServerTimes): WorstMinute {
  const at = times.wordsOf((state) => load.connectionsAt('worst', state));
  const rolling = peak.rolling.flatMap(({ demands }) => demands.map(({ service }) => service.name));
  return { ...moment, rolling, ...(at !== undefined && { at }) };
}

function shareOf(load: ServerLoad, peak: Peak, demand: ServiceDemand, part: UnknownPart): Moment {
  return { connections: load.shareIn(peak, demand), isAtLeast: demand.isUnknown[part] };
}
