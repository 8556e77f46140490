import type { SizeInput } from '../input.ts';
import type { Found } from '../result.ts';
import { ruleSources, type SizingRule } from '../rule.ts';
import type { SourceFinder } from '../sources.ts';
import { quantity, type Step } from '../steps.ts';

/** Steps from the measured numbers to the connections in use. */
export function loadSteps(
  { workload = {}, fleet = {}, driver }: SizeInput,
  { load }: Found,
  from: SourceFinder,
): Step[] {
  if (!load) return [];
  const { checkout } = driver ?? {};
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
  const basis = {
    measured: 'mean of the measured hold times',
    hold: 'hold time',
    mean: 'mean hold time',
    p95: 'p95 as the hold time',
  }[load.holdTimeBasis];
  const hold = quantity(
    basis,
    load.holdTimeMs - load.roundTripMs,
    'ms',
    from(load.holdTimeBasis === 'measured' ? 'workload.measured' : `workload.${load.holdTimeBasis}Ms`),
  );
  if (load.roundTripMs > 0) {
    const { roundTrips } = load;
    const roundTrip = quantity('round trip', load.roundTripMs / (roundTrips ?? 1), 'ms', from('workload.roundTripMs'));
    steps.push({
      label: 'hold time',
      formula: roundTrips === undefined ? 'hold time + round trip' : 'hold time + round trip × (1 + own round trips)',
      inputs: [
        hold,
        roundTrip,
        ...(roundTrips === undefined
          ? []
          : [
              quantity(
                `own round trips of ${driver?.name ?? 'the driver'}`,
                roundTrips - 1,
                'roundTrips',
                checkout?.source,
              ),
            ]),
      ],
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

/** Steps from the connections in use to connectionLimit. */
export function limitSteps(
  { load, deadlock, connectionLimit, connectionLimitByFormula, limitedBy, outlook }: Found,
  rule: SizingRule,
  from: SourceFinder,
): Step[] {
  const result = quantity('connectionLimit', connectionLimit, 'connections');
  const asSet = (path: string, formula: string, source: string): Step => {
    const set = quantity('connectionLimit', connectionLimit, 'connections', from(path));
    return { label: 'connectionLimit', formula, inputs: [set], result, source };
  };
  if (!load && limitedBy === 'preset') {
    return [asSet('preset.connectionLimit', 'as the profile sets it', 'the profile')];
  }
  if (!load) return [asSet('fixed.connectionLimit', 'as given', 'to be judged, not to be changed')];
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
          : quantity('by the formula', connectionLimitByFormula ?? connectionLimit, 'connections'),
      source: ruleSources.headroom,
    },
  ];
  if (limitedBy === 'targets' && outlook) {
    steps.push({
      label: 'connectionLimit',
      formula: 'the formula, raised to the fewest connections that keep the targets by the model',
      inputs: [
        quantity('by the formula', connectionLimitByFormula ?? 0, 'connections'),
        quantity('p99 wait at most', outlook.targets.maxWaitP99Ms, 'ms', from('targets.maxWaitP99Ms')),
        quantity('loss at most', outlook.targets.maxLossRatio, 'ratio', from('targets.maxLossRatio')),
        quantity('utilization at most', outlook.targets.maxUtilization, 'ratio', from('targets.maxUtilization')),
      ],
      result,
      source: ruleSources.targets,
    });
  }
  if (limitedBy === 'proved')
    steps.push(asSet('proved', 'as a probe proved it at this rate', 'a run under load, see `poolctl report`'));
  if (limitedBy === 'given') steps.push(asSet('fixed.connectionLimit', 'as given', 'to be judged, not to be changed'));
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
