import type { SizeInput } from '../input.ts';
import type { Found } from '../result.ts';
import { ruleSources, type SizingRule } from '../rule.ts';
import type { SourceFinder } from '../sources.ts';
import { quantity, type Step } from '../steps.ts';

/** Steps to queueLimit and to the share of requests that wait. */
export function queueSteps(
  { load, connectionLimit, queueLimit, queueLimitByRule, behaviour }: Found,
  rule: SizingRule,
  from: SourceFinder,
): Step[] {
  const result = quantity('queueLimit', queueLimit, 'requests');
  const preset = from('preset.queueLimit');
  const isPreset = !load && preset !== 'default';
  const fixed = from('fixed.queueLimit');
  const asSet = (formula: string, by: string, source: string): Step => {
    return { label: 'queueLimit', formula, inputs: [{ ...result, source: by }], result, source };
  };
  const steps: Step[] = [
    fixed !== 'default'
      ? asSet('as given', fixed, 'to be judged, not to be changed')
      : isPreset
        ? asSet('as the profile sets it', preset, 'the profile')
        : {
            label: 'queueLimit',
            formula: 'share of connectionLimit, to the nearest ten from 20 connections up',
            inputs: [
              quantity('connectionLimit', connectionLimit, 'connections'),
              quantity('share', rule.queueRatio, 'ratio', from('rule.queueRatio')),
            ],
            result: queueLimitByRule === undefined ? result : quantity('by the rule', queueLimitByRule, 'requests'),
            source: ruleSources.queue,
          },
  ];
  if (queueLimitByRule !== undefined) {
    steps.push({
      label: 'queueLimit',
      formula:
        queueLimit > queueLimitByRule
          ? 'raised to the queue that good traffic makes by chance'
          : 'lowered to what is served within the acquire timeout',
      inputs: [quantity('by the rule', queueLimitByRule, 'requests')],
      result,
      source: ruleSources.targets,
    });
  }
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
    const set = [from(`fixed.${key}`), from(`preset.${key}`)].find((source) => source !== 'default');
    return set ?? from(`rule.${key}`);
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
      formula: 'the smaller of the setting and deadline − p99 of the hold times',
      inputs: [
        quantity('deadline', deadlineMs, 'ms', from('deadlineMs')),
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
