import { groupBy } from '../../../base/group-by.ts';
import type { FleetFinding } from '../../../budget/answer.ts';
import type { FoundPool } from '../found-pool.ts';
import type { JoinedFleet, JoinedService } from '../model.ts';

/** "api, worker and 5 more". */
export function namesOf(joined: readonly JoinedService[]): string {
  const names = joined.map(({ service }) => service.name);
  const shown = names.length > 4 ? names.slice(0, 3) : names;
  const rest = names.length - shown.length;
  return rest > 0 ? `${shown.join(', ')} and ${rest} more` : shown.join(', ');
}

/** Numbers that nobody has written: the default of a driver, of a platform, of an autoscaler. */
export function defaultRemarks({ joined }: JoinedFleet): FleetFinding[] {
  return [...poolDefaults(joined), ...cpuDefaults(joined), ...kedaDefaults(joined), ...ecsDefaults(joined)];
}

/** Said once for each default, with all services that have it. */
function once(
  joined: readonly JoinedService[],
  keyOf: (one: JoinedService) => string | undefined,
  say: (key: string, services: readonly JoinedService[]) => Omit<FleetFinding, 'place' | 'service'>,
): FleetFinding[] {
  const having = joined.filter((one) => keyOf(one) !== undefined);
  return [...groupBy(having, (one) => keyOf(one) ?? '')].map(([key, services]) => {
    const [first] = services;
    const only = services.length === 1 && first ? { service: first.service.name } : {};
    return { ...say(key, services), ...only, ...(first?.service.place && { place: first.service.place }) };
  });
}

function poolDefaults(joined: readonly JoinedService[]): FleetFinding[] {
  const keyOf = ({ read }: JoinedService) => {
    const own = read.filter(({ isDefault }) => isDefault);
    return own.length === 0 ? undefined : own.map(sizeWords).join(' and ');
  };
  return once(joined, keyOf, (key, services) => ({
    id: 'default-pool',
    severity: 'info',
    text: `${namesOf(services)}: nothing sets the size of the pool, so it is ${key}.`,
    hint: 'Set it: another version of the library or of the code may have another default.',
  }));
}

function sizeWords({ size, setting, of }: FoundPool): string {
  const number = size.kind === 'known' ? `${size.value}` : 'unknown';
  return `the ${number} that ${of ?? 'the library'} has by default${setting === undefined ? '' : ` (${setting})`}`;
}

function cpuDefaults(joined: readonly JoinedService[]): FleetFinding[] {
  const keyOf = ({ read }: JoinedService) => {
    const own = read.find(({ isByCpu }) => isByCpu);
    return own?.size.kind === 'known' ? `${own.size.value}` : own && 'unknown';
  };
  return once(joined, keyOf, (key, services) => ({
    id: 'default-by-cpu',
    severity: 'warning',
    text: `${namesOf(services)}: pgxpool without pool_max_conns takes max(4, CPUs)${key === 'unknown' ? '' : `, ${key} here`}. Another host has another number.`,
    hint: 'Set pool_max_conns in the URL.',
  }));
}

function kedaDefaults(joined: readonly JoinedService[]): FleetFinding[] {
  const keyOf = ({ service }: JoinedService) => {
    const { most } = service.instances;
    return most.kind === 'known' && most.from === 'default of maxReplicaCount' ? `${most.value}` : undefined;
  };
  return once(joined, keyOf, (key, services) => ({
    id: 'keda-default',
    severity: 'warning',
    text: `${namesOf(services)}: maxReplicaCount is not set, so KEDA starts up to ${key} instances.`,
    hint: 'Set maxReplicaCount of the ScaledObject to the most that fits.',
  }));
}

function ecsDefaults(joined: readonly JoinedService[]): FleetFinding[] {
  const keyOf = ({ service: { kind, surge } }: JoinedService) =>
    kind === 'ECS service' && surge.kind === 'percent' && surge.percent === 100 ? 'all' : undefined;
  return once(joined, keyOf, (_, services) => ({
    id: 'ecs-default',
    severity: 'info',
    text: `${namesOf(services)}: maximumPercent is 200, the default of ECS: a roll-out runs all old tasks beside all new ones.`,
    hint: 'A lower maximumPercent in deploymentConfiguration starts fewer at once.',
  }));
}
