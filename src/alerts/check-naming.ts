import { PoolctlError } from '../base/errors.ts';
import type { RuleNaming } from './write/groups.ts';

const longestScrapeSeconds = 3_600;

/** The name of a group; it is that of a manifest of Kubernetes too. @throws PoolctlError VALUE_INVALID */
export function checkGroup(group: string, source: string): string {
  if (/^[a-z0-9]([-a-z0-9.]{0,200}[a-z0-9])?$/.test(group)) return group;
  throw new PoolctlError('VALUE_INVALID', `${source} "${group}" is no name of a group.`, {
    hint: 'Write small letters, digits, - and .: it is a name of Kubernetes too.',
  });
}

/** A label of an alert. @throws PoolctlError VALUE_INVALID */
export function checkLabel(name: string, value: string, source: string): void {
  const what = `${source} "${name}=${value}"`;
  if (value === '' || !/^(?!__)[a-zA-Z_]\w*$/.test(name)) {
    throw new PoolctlError('VALUE_INVALID', `${what} is no label with its value.`, {
      hint: 'Write --label team=db. Names are letters, digits and _, and do not begin with a digit or __.',
    });
  }
  if (!value.includes('{{')) return;
  throw new PoolctlError('VALUE_INVALID', `${what} has {{, which begins a template in rules.`, {
    hint: 'Write the value itself; the labels of the series are on the alert anyway.',
  });
}

/** Whole seconds: Prometheus has no shorter windows than its scrapes. @throws PoolctlError VALUE_INVALID */
export function checkScrapeSeconds(seconds: number, what: string): number {
  if (Number.isInteger(seconds) && seconds > 0 && seconds <= longestScrapeSeconds) return seconds;
  throw new PoolctlError('VALUE_INVALID', `${what} is not whole seconds up to an hour.`, {
    hint: 'Write scrape_interval of prometheus.yml, such as 15s or 1m.',
  });
}

export function checkNaming({ group, labels }: RuleNaming): RuleNaming {
  checkGroup(group, 'group');
  for (const [name, value] of Object.entries(labels)) checkLabel(name, value, 'label');
  return { group, labels };
}

/** @throws PoolctlError VALUE_INVALID for what would be written as NaN or never be reached */
export function checkAmounts(amounts: Readonly<Record<string, number | undefined>>): void {
  for (const [name, amount] of Object.entries(amounts)) {
    if (amount === undefined || (Number.isFinite(amount) && amount >= 0)) continue;
    throw new PoolctlError('VALUE_INVALID', `${name} ${amount} is no limit of an alert.`, {
      hint: 'Give a number from 0 on, or leave it out.',
    });
  }
}
