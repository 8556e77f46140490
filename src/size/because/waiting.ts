import type { SizeInput } from '../input.ts';
import type { Found } from '../result.ts';
import { ruleSources, type SizingRule } from '../rule.ts';
import type { SourceFinder } from '../sources.ts';
import { quantity, type Step } from '../steps.ts';

/** Steps to queueLimit and to the share of requests that wait. */
export function queueSteps(
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

/** Steps to the timeouts. */
export function timeoutSteps({ deadlineMs }: SizeInput, found: Found, rule: SizingRule, from: SourceFinder): Step[] {
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
