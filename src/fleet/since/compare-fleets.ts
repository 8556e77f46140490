import type { FleetFinding, ServerAnswer, ServiceAnswer } from '../../budget/answer.ts';
import type { FleetCount } from '../../budget/model.ts';
import { rowKey } from '../../budget/row-key.ts';
import type { Surge } from '../../declarations/manifests/surge.ts';
import type {
  BeforeNow,
  ComparedCount,
  FleetChange,
  FleetState,
  ServerChange,
  ServerLeft,
  ServiceChange,
} from './change.ts';

/** What is different in a fleet `now`; `since` is what the user calls the time before. */
export function compareFleets(before: FleetState, now: FleetState, since: string): FleetChange {
  const servers = pairs(before.answer.servers, now.answer.servers, ({ name }) => name);
  const services = pairs(before.answer.services, now.answer.services, ({ name, server }) => rowKey(name, server));
  const surges = { before: surgesOf(before), now: surgesOf(now) };
  return {
    since,
    over: servers
      .filter((pair) => pair.now?.fits === 'no')
      .map(serverLeft)
      .sort((a, b) => (a.left.now ?? 0) - (b.left.now ?? 0)),
    servers: servers.map(serverChange).filter(isDifferent),
    services: services.map((pair) => serviceChange(pair, surges)).filter(isDifferent),
    findings: {
      new: without(now.answer.findings, before.answer.findings),
      solved: without(before.answer.findings, now.answer.findings),
    },
  };
}

/** The rows of both times by key, sorted by it. */
function pairs<Row>(before: readonly Row[], now: readonly Row[], keyOf: (row: Row) => string): BeforeNow<Row>[] {
  const then = new Map(before.map((row) => [keyOf(row), row]));
  const after = new Map(now.map((row) => [keyOf(row), row]));
  return [...new Set([...then.keys(), ...after.keys()])].sort().map((key) => both(then.get(key), after.get(key)));
}

function both<Value>(before: Value | undefined, now: Value | undefined): BeforeNow<Value> {
  return { ...(before !== undefined && { before }), ...(now !== undefined && { now }) };
}

function each<Row, Value>({ before, now }: BeforeNow<Row>, read: (row: Row) => Value | undefined): BeforeNow<Value> {
  return both(before && read(before), now && read(now));
}

function isDifferent({ kind, changed }: Pick<ServerChange | ServiceChange, 'kind' | 'changed'>): boolean {
  return kind !== 'changed' || changed.length > 0;
}

function serverLeft(pair: BeforeNow<ServerAnswer>): ServerLeft {
  const { name = '', counts = 'server connections', isBudgeted = false } = pair.now ?? pair.before ?? {};
  return { server: name, counts, isBudgeted, left: each(pair, ({ left }) => left) };
}

function serverChange(pair: BeforeNow<ServerAnswer>): ServerChange {
  const values = {
    usable: each(pair, ({ usable }) => usable),
    normal: each(pair, ({ normal }) => normal),
    worstMinute: each(pair, ({ worstMinute: { connections, isAtLeast } }) => ({ connections, isAtLeast })),
  };
  return {
    ...serverLeft(pair),
    kind: kindOf(pair),
    changed: changedIn(values),
    fits: each(pair, ({ fits }) => fits),
    ...values,
  };
}

type Surges = BeforeNow<ReadonlyMap<string, Surge>>;

function serviceChange(pair: BeforeNow<ServiceAnswer>, surges: Surges): ServiceChange {
  const { name = '', server = '' } = pair.now ?? pair.before ?? {};
  const values = {
    pool: each(pair, ({ pool }) => compared(pool)),
    processes: each(pair, ({ processes }) => compared(processes)),
    instances: each(pair, ({ instances }) => compared(instances.normal)),
    mostInstances: each(pair, ({ instances }) => compared(instances.most)),
    surge: both(pair.before && surges.before?.get(name), pair.now && surges.now?.get(name)),
    worst: each(pair, ({ worst }) => worst),
  };
  return { service: name, server, kind: kindOf(pair), changed: changedIn(values), ...values };
}

function surgesOf({ model }: FleetState): ReadonlyMap<string, Surge> {
  return new Map(model.services.map(({ name, surge }) => [name, surge]));
}

function kindOf({ before, now }: BeforeNow<unknown>): ServerChange['kind'] {
  if (before === undefined) return 'new';
  return now === undefined ? 'gone' : 'changed';
}

function changedIn<Field extends string>(values: Readonly<Record<Field, BeforeNow<unknown>>>): readonly Field[] {
  const fields = Object.keys(values) as Field[];
  return fields.filter((field) => JSON.stringify(values[field].before) !== JSON.stringify(values[field].now));
}

/** Without where it is written: a line that moves is no change. */
function compared(count: FleetCount): ComparedCount {
  return count.kind === 'known' ? { kind: 'known', value: count.value } : { kind: 'unknown', atLeast: count.atLeast };
}

/** Findings that the other time does not have; one that only has other numbers is the same. */
function without(findings: readonly FleetFinding[], others: readonly FleetFinding[]): readonly FleetFinding[] {
  const keyOf = ({ id, server, service }: FleetFinding) => JSON.stringify([id, server, service]);
  const known = new Set(others.map(keyOf));
  return findings.filter((finding) => !known.has(keyOf(finding)));
}
