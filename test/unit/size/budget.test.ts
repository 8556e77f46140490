import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkBudget, fleetDemand } from '../../../src/size/budget.ts';

describe('connections of a fleet', () => {
  // facts on servers, section F: 8 replicas, autoscaling to 20, a pool of 10, two workers.
  const fleet = { instances: 8, maxInstances: 20, processesPerInstance: 2 };

  it('count every process of every instance', () => {
    expect(fleetDemand(10, fleet).normal.connections).toBe(160);
  });

  it('count the surge on top of the most instances at the worst minute', () => {
    expect(fleetDemand(10, { ...fleet, surgeRatio: 0.25 }).rollout).toMatchObject({ instances: 25, connections: 500 });
    expect(fleetDemand(10, { ...fleet, surgeRatio: 1 }).rollout.connections).toBe(800);
  });

  it('round the surge up to whole instances, as Kubernetes does, without the noise of fractions', () => {
    expect(fleetDemand(10, { instances: 3, surgeRatio: 0.25 }).rollout.instances).toBe(4);
    expect(fleetDemand(10, { instances: 30, surgeRatio: 0.1 }).rollout.instances).toBe(33);
  });
});

describe('a surge', () => {
  const instancesOf = (fleet: Parameters<typeof fleetDemand>[1]) => fleetDemand(10, fleet).rollout.instances;

  it('as a number is that many instances, however many there are', () => {
    expect([1, 4, 20].map((instances) => instancesOf({ instances, surgeInstances: 1 }))).toEqual([2, 5, 21]);
  });

  it('is rounded as the platform does it', () => {
    expect(instancesOf({ instances: 5, surgeRatio: 0.5, surgeRounding: 'down' })).toBe(7);
    expect(instancesOf({ instances: 5, surgeRatio: 0.5 })).toBe(8);
  });

  it('leaves out instances that are terminating, which are told where they are more', () => {
    const fleet = { instances: 4, surgeRatio: 0.25, worstFactor: 2 };
    expect(fleetDemand(10, fleet).withTerminating).toMatchObject({ instances: 8, connections: 80 });
    expect(fleetDemand(10, { ...fleet, surgeRatio: 1 }).withTerminating).toBeUndefined();
    expect(fleetDemand(10, { instances: 4, surgeRatio: 0.25 }).withTerminating).toBeUndefined();
  });
});

describe('the budget of a server', () => {
  const reserved = [{ name: 'superuser_reserved_connections', connections: 3 }];

  it('is max_connections less the reserved slots and the connections of others', () => {
    const budget = checkBudget(10, {}, { maxConnections: 100, reserved, otherConnections: 12 });
    expect(budget.availableConnections).toBe(85);
  });

  it('is 151 on MySQL: 90 x 3 does not fit, and 50 is the largest that does', () => {
    const budget = checkBudget(90, { instances: 3 }, { maxConnections: 151 });
    expect(budget).toMatchObject({ fits: false, largestConnectionLimit: 50 });
  });

  it('is never below 0, and then no pool fits', () => {
    const budget = checkBudget(1, {}, { maxConnections: 10, otherConnections: 50 });
    expect(budget).toMatchObject({ availableConnections: 0, fits: false, largestConnectionLimit: 0 });
  });

  it('fits the largest connectionLimit and not one more', () => {
    const count = (max: number) => fc.integer({ min: 1, max });
    fc.assert(
      fc.property(
        count(20),
        count(4),
        count(5_000),
        fc.constantFrom(0, 0.25, 1),
        (instances, processesPerInstance, maxConnections, surgeRatio) => {
          const fleet = { instances, processesPerInstance, surgeRatio };
          const { largestConnectionLimit: largest } = checkBudget(1, fleet, { maxConnections });
          return (
            (largest === 0 || checkBudget(largest, fleet, { maxConnections }).fits) &&
            !checkBudget(largest + 1, fleet, { maxConnections }).fits
          );
        },
      ),
    );
  });
});
