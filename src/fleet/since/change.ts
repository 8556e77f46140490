import type { FleetAnswer, FleetFinding, Moment, ServerAnswer } from '../../budget/answer.ts';
import type { FleetModel } from '../../budget/model.ts';
import type { Surge } from '../../declarations/manifests/surge.ts';

/** A fleet at one time. */
export interface FleetState {
  readonly model: FleetModel;
  readonly answer: FleetAnswer;
}

/** A value at both times; left out where it is not known, or where what it belongs to is not there. */
export interface BeforeNow<Value> {
  readonly before?: Value;
  readonly now?: Value;
}

/** What is different between two times. What is the same is not in it. Counts are connections; at poolers, clients. */
export interface FleetChange {
  /** The commit of then, as the user named it. */
  readonly since: string;
  /** Servers that are over now, changed or not, the one that lacks most first. */
  readonly over: readonly ServerLeft[];
  /** By name. */
  readonly servers: readonly ServerChange[];
  /** By service, then server. */
  readonly services: readonly ServiceChange[];
  readonly findings: { readonly new: readonly FleetFinding[]; readonly solved: readonly FleetFinding[] };
}

export interface ServerLeft extends Pick<ServerAnswer, 'counts' | 'isBudgeted'> {
  readonly server: string;
  /** usable less the worst minute. */
  readonly left: BeforeNow<number>;
}

interface Change<Field> {
  readonly kind: 'new' | 'gone' | 'changed';
  /** Which of its values are others now. */
  readonly changed: readonly Field[];
}

export interface ServerChange extends Change<'usable' | 'normal' | 'worstMinute'>, ServerLeft {
  readonly fits: BeforeNow<ServerAnswer['fits']>;
  readonly usable: BeforeNow<number>;
  readonly normal: BeforeNow<Moment>;
  readonly worstMinute: BeforeNow<Moment>;
}

/** A number, or no less than that many. */
export type ComparedCount =
  | { readonly kind: 'known'; readonly value: number }
  | { readonly kind: 'unknown'; readonly atLeast: number };

/** What a service takes of one server. */
export interface ServiceChange
  extends Change<'pool' | 'processes' | 'instances' | 'mostInstances' | 'surge' | 'worst'> {
  readonly service: string;
  readonly server: string;
  readonly pool: BeforeNow<ComparedCount>;
  readonly processes: BeforeNow<ComparedCount>;
  readonly instances: BeforeNow<ComparedCount>;
  readonly mostInstances: BeforeNow<ComparedCount>;
  readonly surge: BeforeNow<Surge>;
  /** In its own worst minute. */
  readonly worst: BeforeNow<Moment>;
}

/** Whether nothing is different. */
export function isUnchanged({ servers, services, findings }: FleetChange): boolean {
  return servers.length + services.length + findings.new.length + findings.solved.length === 0;
}
