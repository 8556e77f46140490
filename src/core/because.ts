import { known } from './known.ts';
import { folkloreBytesPerConnection } from './memory.ts';
import { dbcpRule, ruleSources, type SizingRule } from './rule.ts';
import type { SizeInput, SizeResult } from './size.ts';
import type { Quantity, Step, Unit } from './steps.ts';

type Found = Omit<SizeResult, 'because' | 'warnings'>;

/** Every step from the input to the answer, in the order of the calculation. */
export function explainSteps(input: SizeInput, rule: SizingRule, found: Found): Step[] {
  const from = sourceFinder(input, rule);
  return [
    ...loadSteps(input, found, from),
    ...limitSteps(found, rule, from),
    ...queueSteps(found, rule, from),
    ...timeoutSteps(input, found, rule, from),
    ...hardwareSteps(input, found, from),
    ...budgetSteps(input, found, from),
    ...memorySteps(found),
  ];
}

type SourceFinder = (path: string) => string;

/** `--p95`, `POOLCTL_P95`, `profile large: headroom`; `default` for what nobody gave. */
function sourceFinder(input: SizeInput, rule: SizingRule): SourceFinder {
  return (path) => {
    const named = input.sources?.[path];
    if (named !== undefined) return named;
    const [group, key] = path.split('.') as [keyof SizeInput, string?];
    if (group === 'rule' && key !== undefined) {
      return rule[key as keyof SizingRule] === dbcpRule[key as keyof SizingRule] ? 'default' : 'given';
    }
    const value = input[group];
    const given = key === undefined ? value : (value as Record<string, unknown> | undefined)?.[key];
    return given === undefined ? 'default' : 'given';
  };
}

const quantity = (label: string, value: number, unit: Unit, source?: string): Quantity => ({
  label,
  value,
  unit,
  ...known({ source }),
});

function loadSteps({ workload = {}, fleet = {} }: SizeInput, { load }: Found, from: SourceFinder): Step[] {
  if (!load) return [];
  const steps: Step[] = [];
  const { instances = 1, processesPerInstance = 1 } = fleet;
  const given = quantity(
    load.scope === 'fleet' ? 'TPS of the fleet' : 'TPS of one instance',
    workload.arrivalRatePerSecond ?? 0,
    'perSecond',
    from('workload.arrivalRatePerSecond'),
  );
  const poolRate = quantity('TPS of one pool', load.poolArrivalRatePerSecond, 'perSecond');
  if (load.poolArrivalRatePerSecond !== given.value) {
    steps.push({
      label: 'load of one pool',
      formula: load.scope === 'fleet' ? 'TPS ÷ instances ÷ processes' : 'TPS ÷ processes',
      inputs: [
        given,
        ...(load.scope === 'fleet' ? [quantity('instances', instances, 'instances', from('fleet.instances'))] : []),
        quantity('processes per instance', processesPerInstance, 'processes', from('fleet.processesPerInstance')),
      ],
      result: poolRate,
      source: 'each process has a pool of its own',
    });
  }
  const basis = { hold: 'hold time', mean: 'mean hold time', p95: 'p95 as the hold time' }[load.holdTimeBasis];
  const hold = quantity(basis, load.holdTimeMs - load.roundTripMs, 'ms', from(`workload.${load.holdTimeBasis}Ms`));
  if (load.roundTripMs > 0) {
    steps.push({
      label: 'hold time',
      formula: 'hold time + round trip',
      inputs: [hold, quantity('round trip', load.roundTripMs, 'ms', from('workload.roundTripMs'))],
      result: quantity('hold time', load.holdTimeMs, 'ms'),
      source: 'a connection is held while its answer is on the wire',
    });
  }
  const nested = load.connectionsPerRequest > 1;
  steps.push({
    label: 'connections in use',
    formula: nested ? 'TPS × seconds held × connections per request' : 'TPS × seconds held',
    inputs: [
      steps.length > 0 && load.poolArrivalRatePerSecond !== given.value ? poolRate : given,
      load.roundTripMs > 0 ? quantity('hold time', load.holdTimeMs, 'ms') : hold,
      ...(nested
        ? [
            quantity(
              'connections per request, taken to be held equally long',
              load.connectionsPerRequest,
              'connections',
              from('workload.connectionsPerRequest'),
            ),
          ]
        : []),
    ],
    result: quantity('load', load.offeredLoad, 'connections'),
    source: ruleSources.load,
  });
  return steps;
}

function limitSteps(
  { load, deadlock, connectionLimit, limitedBy }: Found,
  rule: SizingRule,
  from: SourceFinder,
): Step[] {
  const result = quantity('connectionLimit', connectionLimit, 'connections');
  if (!load) {
    const preset = quantity('connectionLimit', connectionLimit, 'connections', from('preset.connectionLimit'));
    return [
      { label: 'connectionLimit', formula: 'as the profile sets it', inputs: [preset], result, source: 'the profile' },
    ];
  }
  const steps: Step[] = [
    {
      label: 'connectionLimit',
      formula: `load × (1 + headroom)${load.batchJobs > 0 ? ' + batch jobs' : ''}, rounded up to two digits`,
      inputs: [
        quantity('load', load.offeredLoad, 'connections'),
        quantity('headroom', rule.headroomRatio, 'ratio', from('rule.headroomRatio')),
        ...(load.batchJobs > 0
          ? [quantity('batch jobs', load.batchJobs, 'connections', from('workload.batchJobs'))]
          : []),
      ],
      result:
        limitedBy === 'demand'
          ? result
          : quantity('by the formula', load.offeredLoad * (1 + rule.headroomRatio), 'connections'),
      source: ruleSources.headroom,
    },
  ];
  if (deadlock) {
    steps.push({
      label: 'deadlock floor',
      formula: deadlock.boundedByCaller ? 'T × (C − 1) + 1' : 'T = (connectionLimit − 1) ÷ (C − 1), rounded down',
      inputs: [
        quantity(
          'connections per request C',
          load.connectionsPerRequest,
          'connections',
          from('workload.connectionsPerRequest'),
        ),
        deadlock.boundedByCaller
          ? quantity(
              'concurrent requests T',
              deadlock.concurrentRequests,
              'requests',
              from('workload.concurrentRequests'),
            )
          : result,
      ],
      result: deadlock.boundedByCaller
        ? quantity('smallest safe pool', deadlock.floor, 'connections')
        : quantity('requests that may run together', deadlock.concurrentRequests, 'requests'),
      source: ruleSources.deadlock,
    });
  }
  return steps;
}

function queueSteps(
  { load, connectionLimit, queueLimit, behaviour }: Found,
  rule: SizingRule,
  from: SourceFinder,
): Step[] {
  const result = quantity('queueLimit', queueLimit, 'requests');
  const preset = from('preset.queueLimit');
  const isPreset = !load && preset !== 'default';
  const steps: Step[] = [
    isPreset
      ? {
          label: 'queueLimit',
          formula: 'as the profile sets it',
          inputs: [{ ...result, source: preset }],
          result,
          source: 'the profile',
        }
      : {
          label: 'queueLimit',
          formula: 'share of connectionLimit, to the nearest ten from 20 connections up',
          inputs: [
            quantity('connectionLimit', connectionLimit, 'connections'),
            quantity('share', rule.queueRatio, 'ratio', from('rule.queueRatio')),
          ],
          result,
          source: ruleSources.queue,
        },
  ];
  if (load && behaviour) {
    steps.push({
      label: 'requests that wait',
      formula: 'C(connections, load)',
      inputs: [
        quantity('connections for requests', connectionLimit - load.batchJobs, 'connections'),
        quantity('load', load.offeredLoad, 'connections'),
      ],
      result: quantity('share that waits', behaviour.waitProbability, 'ratio'),
      source: ruleSources.wait,
    });
  }
  return steps;
}

function timeoutSteps({ deadlineMs }: SizeInput, found: Found, rule: SizingRule, from: SourceFinder): Step[] {
  const origin = (key: 'acquireTimeoutMs' | 'connectTimeoutMs') => {
    const preset = from(`preset.${key}`);
    return preset === 'default' ? from(`rule.${key}`) : preset;
  };
  const acquire = quantity('acquireTimeout', found.acquireTimeoutMs, 'ms', origin('acquireTimeoutMs'));
  const connect = quantity('connectTimeout', found.connectTimeoutMs, 'ms', origin('connectTimeoutMs'));
  const steps: Step[] = [];
  if (deadlineMs === undefined) {
    steps.push({
      label: 'acquireTimeout',
      formula: 'as set',
      inputs: [acquire],
      result: acquire,
      source: ruleSources.deadline,
    });
  } else {
    steps.push({
      label: 'acquireTimeout',
      formula: 'the smaller of the setting and deadline − hold time',
      inputs: [
        quantity('deadline', deadlineMs, 'ms', from('deadlineMs')),
        quantity('hold time', found.load?.holdTimeMs ?? 0, 'ms'),
        quantity('setting', rule.acquireTimeoutMs, 'ms', origin('acquireTimeoutMs')),
      ],
      result: quantity('acquireTimeout', found.acquireTimeoutMs, 'ms'),
      source: ruleSources.deadline,
    });
  }
  steps.push({
    label: 'connectTimeout',
    formula: 'as set',
    inputs: [connect],
    result: connect,
    source: 'time to reach the server and log in; 10 s is far above a healthy connect, also through an SSH tunnel',
  });
  return steps;
}

function hardwareSteps({ hardware }: SizeInput, { activeConnectionsBound }: Found, from: SourceFinder): Step[] {
  if (!hardware || activeConnectionsBound === undefined) return [];
  return [
    {
      label: 'bound on active connections of the whole server',
      formula: '2 × cores + spindles',
      inputs: [
        quantity('cores', hardware.cores, 'cores', from('hardware.cores')),
        quantity('spindles', hardware.spindles ?? 0, 'spindles', from('hardware.spindles')),
      ],
      result: quantity('active connections', activeConnectionsBound, 'connections'),
      source: ruleSources.capacity,
    },
  ];
}

function budgetSteps({ fleet = {}, server }: SizeInput, found: Found, from: SourceFinder): Step[] {
  const { rollout, processesPerInstance } = found.fleet;
  const steps: Step[] = [
    {
      label: 'the fleet at the worst minute of a roll-out',
      formula: '(most instances + surge, rounded up) × processes × connectionLimit',
      inputs: [
        quantity(
          'most instances',
          fleet.maxInstances ?? fleet.instances ?? 1,
          'instances',
          mostInstancesSource(fleet, from),
        ),
        quantity('surge', fleet.surgeRatio ?? 0, 'ratio', from('fleet.surgeRatio')),
        quantity('processes per instance', processesPerInstance, 'processes', from('fleet.processesPerInstance')),
        quantity('connectionLimit', found.connectionLimit, 'connections'),
      ],
      result: quantity('the fleet takes', rollout.connections, 'connections'),
      source: ruleSources.budget,
    },
  ];
  if (!server || !found.budget) return steps;
  steps.push({
    label: 'what the server has for it',
    formula: 'max_connections − reserved − other connections',
    inputs: [
      quantity('max_connections', server.maxConnections, 'connections', from('server.maxConnections')),
      ...(server.reserved ?? []).map((slot) =>
        quantity(slot.name, slot.connections, 'connections', slot.source ?? from('server.reserved')),
      ),
      quantity('other connections', server.otherConnections ?? 0, 'connections', from('server.otherConnections')),
    ],
    result: quantity('available', found.budget.availableConnections, 'connections'),
    source: ruleSources.budget,
  });
  return steps;
}

function mostInstancesSource({ maxInstances }: NonNullable<SizeInput['fleet']>, from: SourceFinder): string {
  return from(maxInstances === undefined ? 'fleet.instances' : 'fleet.maxInstances');
}

function memorySteps({ memory = [], fleet }: Found): Step[] {
  return memory.map(({ engine, bytesPerConnection, rolloutBytes, source }) => ({
    label: `memory on ${engine} for the fleet's connections`,
    formula: 'connections × memory of one',
    inputs: [
      quantity('connections', fleet.rollout.connections, 'connections'),
      quantity('memory of one, typical', bytesPerConnection.typical, 'bytes', source),
      quantity('lowest', bytesPerConnection.low, 'bytes'),
      quantity('highest', bytesPerConnection.high, 'bytes'),
      quantity(
        'folklore of 4 MB each, for all',
        folkloreBytesPerConnection * fleet.rollout.connections,
        'bytes',
        'not used: no primary source gives it; see `poolctl explain memory`',
      ),
    ],
    result: quantity('memory', rolloutBytes, 'bytes'),
    source,
  }));
}
