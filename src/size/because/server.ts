import { capLeft, leftByServer } from '../budget.ts';
import type { SizeInput } from '../input.ts';
import { folkloreBytesPerConnection } from '../memory.ts';
import type { Found } from '../result.ts';
import { ruleSources } from '../rule.ts';
import type { SourceFinder } from '../sources.ts';
import { quantity, type Step } from '../steps.ts';

/** The step to the bound on active connections. */
export function hardwareSteps({ hardware }: SizeInput, { activeConnectionsBound }: Found, from: SourceFinder): Step[] {
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

/** Steps to what the fleet takes and what the server has. */
export function budgetSteps({ fleet = {}, server }: SizeInput, found: Found, from: SourceFinder): Step[] {
  const { rollout, processesPerInstance } = found.fleet;
  const steps: Step[] = [
    {
      label: 'the fleet at the worst minute of a roll-out',
      formula: `(most instances + surge${fleet.surgeInstances === undefined ? `, rounded ${fleet.surgeRounding ?? 'up'}` : ''}) × processes × connectionLimit`,
      inputs: [
        quantity(
          'most instances',
          fleet.maxInstances ?? fleet.instances ?? 1,
          'instances',
          mostInstancesSource(fleet, from),
        ),
        fleet.surgeInstances === undefined
          ? quantity('surge', fleet.surgeRatio ?? 0, 'ratio', from('fleet.surgeRatio'))
          : quantity('surge', fleet.surgeInstances, 'instances', from('fleet.surgeInstances')),
        quantity('processes per instance', processesPerInstance, 'processes', from('fleet.processesPerInstance')),
        quantity('connectionLimit', found.connectionLimit, 'connections'),
      ],
      result: quantity('the fleet takes', rollout.connections, 'connections'),
      source: ruleSources.budget,
    },
  ];
  const { withTerminating } = found.fleet;
  if (withTerminating) {
    steps.push({
      label: 'the same if old instances keep their pools until they exit',
      formula: 'most instances × worst factor, rounded up × processes × connectionLimit',
      inputs: [quantity('worst factor', fleet.worstFactor ?? 1, 'ratio', from('fleet.worstFactor'))],
      result: quantity('the fleet can hold', withTerminating.connections, 'connections'),
      source: ruleSources.budget,
    });
  }
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
    result: quantity('available', leftByServer(server), 'connections'),
    source: ruleSources.budget,
  });
  for (const { name, connections, otherConnections = 0 } of server.caps ?? []) {
    steps.push({
      label: 'what the login may have of it',
      formula: 'its limit − connections of others that count against it',
      inputs: [
        quantity(name, connections, 'connections', from('server.caps')),
        quantity('connections of others', otherConnections, 'connections', from('server.caps')),
      ],
      result: quantity('available', capLeft({ name, connections, otherConnections }), 'connections'),
      source: ruleSources.budget,
    });
  }
  return steps;
}

function mostInstancesSource({ maxInstances }: NonNullable<SizeInput['fleet']>, from: SourceFinder): string {
  return from(maxInstances === undefined ? 'fleet.instances' : 'fleet.maxInstances');
}

/** Steps to the memory of the fleet's connections. */
export function memorySteps({ memory = [], fleet }: Found): Step[] {
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
