import { atLeast, positive, whole } from '../base/check-number.ts';
import { PoolctlError } from '../base/errors.ts';
import { formatNumber, maxDurationMs } from '../base/units.ts';
import type { Fleet } from './budget.ts';
import type { DriverUse } from './driver-facts.ts';
import type { PoolSettings, SizeInput } from './input.ts';
import { checkWorkload } from './workload.ts';

/** No driver needs as many for one login or checkout. */
const mostRoundTrips = 100;

/** Refuses what cannot be sized. @throws PoolctlError VALUE_INVALID, INPUT_CONTRADICTION */
export function checkSizeInput(input: SizeInput): void {
  const { preset = {}, fixed = {}, rule = {}, fleet = {}, targets = {}, server, hardware, deadlineMs } = input;
  const { workload = {}, method, sources = {} } = input;
  const named = (path: string) => sources[path] ?? path;
  oneOf('method', method, ['formula', 'model']);
  oneOf('fleet.balancer', fleet.balancer, ['random', 'round-robin', 'least-busy']);
  checkSettings('preset', preset);
  checkSettings('fixed', fixed);
  atLeast(named('rule.headroomRatio'), rule.headroomRatio, 0, 10);
  positive('rule.queueRatio', rule.queueRatio, 10);
  positive('rule.acquireTimeoutMs', rule.acquireTimeoutMs, maxDurationMs);
  positive('rule.connectTimeoutMs', rule.connectTimeoutMs, maxDurationMs);
  positive(named('deadlineMs'), deadlineMs, maxDurationMs);
  positive(named('targets.maxWaitP99Ms'), targets.maxWaitP99Ms, maxDurationMs);
  atLeast(named('targets.maxLossRatio'), targets.maxLossRatio, 0, 0.999);
  atLeast(named('targets.maxUtilization'), targets.maxUtilization, 0.01, 1);
  checkFleet(fleet);
  whole('server.maxConnections', server?.maxConnections, 1);
  whole('server.otherConnections', server?.otherConnections, 0);
  for (const { name, connections } of server?.reserved ?? []) whole(`server.reserved ${name}`, connections, 0);
  for (const { name, connections, otherConnections } of server?.caps ?? []) {
    whole(`server.caps ${name}`, connections, 0);
    whole(`server.caps ${name}, otherConnections`, otherConnections, 0);
  }
  const reserved = (server?.reserved ?? []).reduce((sum, slot) => sum + slot.connections, 0);
  if (server && reserved >= server.maxConnections) {
    throw new PoolctlError(
      'INPUT_CONTRADICTION',
      `${formatNumber(reserved)} of ${formatNumber(server.maxConnections)} connections are reserved: none is left for any application.`,
      { hint: 'Check --max-connections and --reserved.' },
    );
  }
  whole('hardware.cores', hardware?.cores, 1);
  whole('hardware.spindles', hardware?.spindles, 0);
  checkWorkload(workload);
  if (input.driver) checkDriver(input.driver);
}

function checkDriver({
  minIdle,
  serverLoginMs,
  furtherLoginMs,
  slowQueryMs,
  opens,
  idles,
  checkout,
  exceeds,
}: DriverUse): void {
  whole('driver.minIdle', minIdle === 'limit' ? undefined : minIdle, 0);
  atLeast('driver.serverLoginMs', serverLoginMs, 0, maxDurationMs);
  atLeast('driver.furtherLoginMs', furtherLoginMs, 0, maxDurationMs);
  positive('driver.slowQueryMs', slowQueryMs, maxDurationMs);
  whole('driver.idles.mostIdle', idles?.mostIdle, 0);
  atLeast('driver.opens.loginRoundTrips', opens?.loginRoundTrips, 0, mostRoundTrips);
  atLeast('driver.opens.pauseMs', opens?.pauseMs, 0, maxDurationMs);
  atLeast('driver.opens.retryPauseMs', opens?.retryPauseMs, 0, maxDurationMs);
  atLeast('driver.opens.retryPauseLeastMs', opens?.retryPauseLeastMs, 0, opens?.retryPauseMs ?? 0);
  atLeast('driver.checkout.roundTrips', checkout?.roundTrips, 0, mostRoundTrips);
  atLeast('driver.checkout.transactionRoundTrips', checkout?.transactionRoundTrips, 0, mostRoundTrips);
  for (const { by, most } of exceeds ?? []) {
    whole(`driver.exceeds ${by}`, typeof most === 'number' ? most : undefined, 0);
  }
}

function oneOf(name: string, value: string | undefined, choices: readonly string[]): void {
  if (value === undefined || choices.includes(value)) return;
  throw new PoolctlError('VALUE_INVALID', `${name} is "${value}"; it must be one of ${choices.join(', ')}.`, {
    hint: `Write ${choices[0]}, or leave it out.`,
  });
}

function checkSettings(path: string, settings: Partial<PoolSettings>): void {
  whole(`${path}.connectionLimit`, settings.connectionLimit, 1);
  whole(`${path}.queueLimit`, settings.queueLimit, 0);
  for (const name of ['acquireTimeoutMs', 'connectTimeoutMs', 'queryTimeoutMs'] as const) {
    positive(`${path}.${name}`, settings[name], maxDurationMs);
  }
}

function checkFleet(fleet: Fleet): void {
  const { instances, maxInstances, processesPerInstance, surgeRatio, surgeInstances, worstFactor } = fleet;
  whole('fleet.instances', instances, 1);
  whole('fleet.maxInstances', maxInstances, 1);
  whole('fleet.processesPerInstance', processesPerInstance, 1);
  atLeast('fleet.surgeRatio', surgeRatio, 0, 10);
  whole('fleet.surgeInstances', surgeInstances, 0);
  atLeast('fleet.worstFactor', worstFactor, 1, 10);
  if (surgeRatio !== undefined && surgeInstances !== undefined) {
    throw new PoolctlError('INPUT_CONTRADICTION', 'fleet.surgeRatio and fleet.surgeInstances are both given.', {
      hint: 'Leave one of them out: a share of the instances, or their number.',
    });
  }
  if (maxInstances !== undefined && maxInstances < (instances ?? 1)) {
    throw new PoolctlError(
      'INPUT_CONTRADICTION',
      `At most ${formatNumber(maxInstances)} instances, but ${formatNumber(instances ?? 1)} in normal running.`,
      { hint: 'The maximum is what an autoscaler may reach; it is at least the normal number.' },
    );
  }
}
