import { OpenRollouts, type Rollout, rolloutsOf } from './rollouts.ts';
import { addedAt, besideAt, type RolloutCount, type ServiceDemand, takenAt } from './service-demand.ts';
import { anyTime, type TimeState } from './times/time-state.ts';

/** As declared, or the autoscalers' least; all at their most; and the same with the roll-outs that add most. */
export type MomentName = 'normal' | 'scaledOut' | 'worst';

/** A server's services, and what the clock and the owner let them do. */
export interface LoadInput extends RolloutCount {
  readonly demands: readonly ServiceDemand[];
  /** The states that time can be in. */
  readonly states: readonly TimeState[];
  /** How many releases roll out at once; Infinity: all. */
  readonly rolloutsAtOnce: number;
}

/** The fullest minute of its kind. */
export interface Peak {
  readonly moment: MomentName;
  readonly connections: number;
  readonly state: TimeState;
  readonly rolling: readonly Rollout[];
}

/** What the services of a server take together, at any time and in any roll-out. */
export class ServerLoad {
  readonly input: LoadInput;
  readonly #timed: readonly ServiceDemand[];
  /** What does not depend on the time. */
  readonly #constant: Readonly<Record<MomentName, number>>;
  readonly #rolloutOf: ReadonlyMap<ServiceDemand, Rollout>;
  readonly #open: ReadonlyMap<TimeState, OpenRollouts>;
  readonly #unknown: number;
  readonly #runningAtWorst: ReadonlyMap<TimeState, number>;

  constructor(input: LoadInput) {
    const { demands, states, rolloutsAtOnce } = input;
    this.input = input;
    this.#unknown = demands.filter(({ isUnknown }) => isUnknown[this.worstPart]).length;
    this.#timed = demands.filter(({ service }) => service.runs.kind === 'schedule');
    const lasting = demands.filter(({ service }) => service.runs.kind !== 'schedule');
    const sum = (moment: MomentName) =>
      lasting.reduce((total, demand) => total + this.#ofOne(demand, moment, anyTime), 0);
    this.#constant = { normal: sum('normal'), scaledOut: sum('scaledOut'), worst: sum('worst') };
    const rollouts = rolloutsOf(demands, input);
    this.#rolloutOf = new Map(
      rollouts.flatMap((rollout) => rollout.demands.map((demand) => [demand, rollout] as const)),
    );
    this.#open = new Map(states.map((state) => [state, new OpenRollouts(rollouts, state, rolloutsAtOnce)]));
    this.#runningAtWorst = new Map(states.map((state) => [state, this.#running('worst', state)]));
  }

  /** Whether anything but this service has unknown parts in the worst minute. */
  hasUnknownBeside(demand: ServiceDemand): boolean {
    return this.#unknown > (demand.isUnknown[this.worstPart] ? 1 : 0);
  }

  /** Which unknown parts of a demand matter in the worst minute. */
  get worstPart(): 'worst' | 'withTerminating' {
    return this.input.countsTerminating ? 'withTerminating' : 'worst';
  }

  /** What all take at a time, with the roll-outs that add most then. */
  connectionsAt(moment: MomentName, state: TimeState): number {
    const added = moment === 'worst' ? (this.#open.get(state)?.added ?? 0) : 0;
    return this.#running(moment, state) + added;
  }

  /** The first of the fullest minutes. */
  peak(moment: MomentName): Peak {
    const { states } = this.input;
    let state = states[0] ?? anyTime;
    let connections = this.connectionsAt(moment, state);
    for (const other of states.slice(1)) {
      const all = this.connectionsAt(moment, other);
      if (all > connections) [state, connections] = [other, all];
    }
    const rolling = moment === 'worst' ? (this.#open.get(state)?.largest ?? []) : [];
    return { moment, connections, state, rolling };
  }

  /** What one service takes in that minute. */
  shareIn({ moment, state, rolling }: Peak, demand: ServiceDemand): number {
    const rollout = this.#rolloutOf.get(demand);
    const rolls = rollout !== undefined && rolling.includes(rollout);
    return this.#ofOne(demand, moment, state) + (rolls ? this.#addedBy(demand) : 0);
  }

  /** Runs of its schedule at once; 1 of a service that always runs. */
  mostRunsOf({ service }: ServiceDemand): number {
    if (service.runs.kind !== 'schedule') return 1;
    return this.input.states.reduce((most, state) => Math.max(most, state.runsOf(service)), 0);
  }

  /** The most that one service takes: in its roll-out, or with all runs of its schedule. */
  worstOf(demand: ServiceDemand): number {
    const { most } = demand.instances;
    const running = takenAt(demand, most, this.mostRunsOf(demand)) + besideAt(demand, most, this.input);
    return running + this.#addedBy(demand);
  }

  /** The most that the others take in a minute in which this service rolls out, or runs where it is of a schedule. */
  besides(demand: ServiceDemand): number {
    const rollout = this.#rolloutOf.get(demand);
    const isScheduled = demand.service.runs.kind === 'schedule';
    let most = 0;
    for (const [state, open] of this.#open) {
      const rolls = rollout !== undefined && open.has(rollout);
      if (isScheduled ? state.runsOf(demand.service) === 0 : !rolls) continue;
      const running = (this.#runningAtWorst.get(state) ?? 0) - this.#ofOne(demand, 'worst', state);
      const added = rolls ? open.addedBeside(rollout) + rollout.added - this.#addedBy(demand) : open.added;
      most = Math.max(most, running + added);
    }
    return most;
  }

  /** The most that the others take while this service runs and does not roll out. */
  besidesRunning(demand: ServiceDemand): number {
    const rollout = this.#rolloutOf.get(demand);
    let most = 0;
    for (const [state, open] of this.#open) {
      if (state.runsOf(demand.service) === 0) continue;
      const running = (this.#runningAtWorst.get(state) ?? 0) - this.#ofOne(demand, 'worst', state);
      most = Math.max(most, running + open.addedWithout(rollout));
    }
    return most;
  }

  /** The most that runs while something may roll out, apart from what that adds. */
  get fullestBeforeRollout(): number {
    const { states } = this.input;
    const possible = states.filter((state) => this.#open.get(state)?.isAny);
    const running = (possible.length > 0 ? possible : states).map((state) => this.#running('worst', state));
    return Math.max(0, ...running);
  }

  /** What all take at a time, apart from what roll-outs add. */
  #running(moment: MomentName, state: TimeState): number {
    return this.#timed.reduce((total, demand) => total + this.#ofOne(demand, moment, state), this.#constant[moment]);
  }

  #ofOne(demand: ServiceDemand, moment: MomentName, state: TimeState): number {
    const { normal, most } = demand.instances;
    const runs = state.runsOf(demand.service);
    // Runs that overlap are no normal running.
    if (moment === 'normal') return takenAt(demand, normal, Math.min(1, runs));
    return takenAt(demand, most, runs) + (moment === 'worst' ? besideAt(demand, most, this.input) : 0);
  }

  #addedBy(demand: ServiceDemand): number {
    return addedAt(demand, demand.instances.most, this.input);
  }
}
