import { formatDuration } from '../base/units.ts';
import type { Warning } from '../base/warning.ts';
import type { DriverOptions } from '../profiles/driver.ts';
import { driverProfile } from '../profiles/load.ts';
import type { PoolSettings } from '../size/input.ts';
import type { SettingName, Target } from './target.ts';

const settingNouns: Readonly<Record<SettingName, string>> = {
  queueLimit: 'queue limit',
  acquireTimeout: 'acquire timeout',
  connectTimeout: 'connect timeout',
  queryTimeout: 'query timeout of the pool',
};

/** A warning for each setting that a driver lacks by its profile, or has one option for two of. */
export async function lackWarnings(
  target: Target,
  { queueLimit, queryTimeoutMs, acquireTimeoutMs, connectTimeoutMs }: PoolSettings,
): Promise<Warning[]> {
  const driver = await driverProfile(target.driver);
  // 0 asks for no limit, which a driver without the option has.
  const wanted = {
    queueLimit,
    acquireTimeout: acquireTimeoutMs,
    connectTimeout: connectTimeoutMs,
    queryTimeout: queryTimeoutMs,
  };
  const lacks = (Object.keys(wanted) as SettingName[])
    .filter((setting) => wanted[setting] && !hasSetting(target, driver, setting))
    .map((setting): Warning => {
      const note = firstSentence(driver.options[setting]?.note);
      return {
        code: 'DRIVER_LACKS_OPTION',
        message: `${target.title} has no ${settingNouns[setting]}${note === '' ? '.' : `: ${afterColon(note)}`}`,
        hint: target.instead[setting] ?? 'It cannot be had with this driver.',
      };
    });
  const { option: shared, perCall } = driver.options.acquireTimeout ?? {};
  if (shared === undefined || perCall || shared !== driver.options.connectTimeout?.option || acquireTimeoutMs === 0)
    return lacks;
  return [
    ...lacks,
    {
      code: 'DRIVER_SHARES_OPTION',
      message: `${target.title} has one option, ${shared}, for the acquire timeout of ${formatDuration(acquireTimeoutMs)} and the connect timeout of ${formatDuration(connectTimeoutMs)}; the snippet sets the former.`,
      hint: 'Opening a connection may take as long, so keep it no longer than your callers wait; `size --deadline` works that out.',
    },
  ];
}

/** A warning where nobody may wait and the snippet lets any number wait. */
export function waitWarnings({ title, refusesAtOnce }: Target, { nobodyWaits }: PoolSettings): Warning[] {
  if (!nobodyWaits || refusesAtOnce) return [];
  return [
    {
      code: 'NOBODY_WAITS',
      message: `${title}: nobody may wait by these settings, and any number may in the snippet: it has no way to refuse at once.`,
      hint: 'Allow a short queue with --queue-limit 1, or bound the wait with a short --acquire-timeout.',
    },
  ];
}

/** Whether the pool of that driver has such a setting. */
export function hasSetting({ has }: Target, { options }: DriverOptions, setting: SettingName): boolean {
  const entry = options[setting];
  return has?.[setting] ?? (entry?.option !== undefined && entry.perCall !== true);
}

/** A sentence that follows a colon: in lower case, but for a name with capitals inside it (TypeORM, DBCP). */
function afterColon(sentence: string): string {
  return sentence.replace(/^[A-Z][a-z]*(?=[\s,])/, (word) => word.toLowerCase());
}

function firstSentence(note = ''): string {
  return /^.*?\.(?=\s|$)/s.exec(note)?.[0] ?? note;
}
