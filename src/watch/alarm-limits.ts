import { PoolctlError } from '../base/errors.ts';
import { parseCount, parseDurationMs, parseRatio } from '../base/units.ts';
import { alarmNames } from './state.ts';
import { type AlarmLimits, alarmThresholds, type LimitedAlarm } from './thresholds.ts';

export const limitedAlarms: readonly LimitedAlarm[] = alarmNames.filter((name) => name !== 'unreachable');

type ParseLimit = (text: string, source: string) => number;

const inSeconds: ParseLimit = (text, source) => parseDurationMs(text, source) / 1_000;

const parsers: Readonly<Record<LimitedAlarm, ParseLimit>> = {
  saturation: (text, source) => {
    const share = parseRatio(text, source);
    if (share < 1) return share;
    throw new PoolctlError('VALUE_INVALID', `${source} "${text}" would never be raised.`, {
      hint: 'An alarm is raised above its limit: write 99%, which a full server is above.',
    });
  },
  waiters: (text, source) => parseCount(text, source, 0),
  'max-wait': inSeconds,
  'idle-tx': inSeconds,
  'tx-age': inSeconds,
};

const examples: Readonly<Record<LimitedAlarm, string>> = {
  saturation: '80%:95%',
  waiters: '10:50',
  'max-wait': '1s:5s',
  'idle-tx': '60s:300s',
  'tx-age': '5m:30m',
};

/** Reads `80%`, `80%:95%`, `:95%` or `off` as the limits of an alarm. @throws PoolctlError VALUE_INVALID */
export function parseAlarmLimits(alarm: LimitedAlarm, text: string, source: string): AlarmLimits {
  if (text === 'off') return {};
  const [warning = '', critical, more] = text.split(':');
  const hint = `Write ${alarm}=${examples[alarm]}, a limit for warnings and one above it for critical, or ${alarm}=off.`;
  if (more !== undefined || (warning === '' && !critical)) {
    throw new PoolctlError('VALUE_INVALID', `${source} "${text}" is not a limit or two.`, { hint });
  }
  const parse = parsers[alarm];
  const warn = warning === '' ? undefined : parse(warning, source);
  const crit = critical === undefined ? undefined : parse(critical, source);
  if (warn !== undefined && crit !== undefined && crit <= warn) {
    throw new PoolctlError('VALUE_INVALID', `${source} "${text}": the limit for critical is not above the other.`, {
      hint,
    });
  }
  return { ...(warn === undefined ? {} : { warn }), ...(crit === undefined ? {} : { crit }) };
}

/** Reads `saturation=80%:95%`. @throws PoolctlError VALUE_INVALID */
export function parseAlarm(
  text: string,
  source: string,
): { readonly alarm: LimitedAlarm; readonly limits: AlarmLimits } {
  const [, name = '', limits = ''] = /^([^=]*)=(.*)$/s.exec(text) ?? [];
  const alarm = limitedAlarms.find((one) => one === name);
  if (alarm) return { alarm, limits: parseAlarmLimits(alarm, limits, `${source} ${alarm}`) };
  throw new PoolctlError('VALUE_INVALID', `${source} "${text}" is not an alarm with its limits.`, {
    hint: `Write ${limitedAlarms.map((one) => `${one}=${examples[one]}`).join(', ')}, or off for the limits.`,
  });
}

/** The limits that count, where these differ from the usual ones. */
export function alarmLimitsWith(
  limits: Readonly<Partial<Record<LimitedAlarm, AlarmLimits>>>,
): Readonly<Record<LimitedAlarm, AlarmLimits>> {
  return { ...alarmThresholds, ...limits };
}
