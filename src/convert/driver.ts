import { withoutUndefined } from '../base/without-undefined.ts';
import type { DeclaredEntry } from '../declarations/entry.ts';
import { behaviourOf, driverChain } from '../profiles/behaviour-of.ts';
import { loginTime } from '../profiles/login-time.ts';
import { type OptionsGiven, withOptions } from '../profiles/with-options.ts';
import { type DriverEffects, driverEffects } from '../size/driver-effects.ts';
import type { DriverUse } from '../size/driver-facts.ts';
import type { PoolRead } from './file-pool.ts';

/** The driver of a pool that was read, with the options of its file, and what it makes of the pool. */
export interface ReadDriver {
  readonly use: DriverUse;
  readonly effects: DriverEffects;
}

/** As far as the settings alone tell, next to the server; undefined where nothing is known of the driver. */
export async function driverOfPool({
  driver: id,
  engine,
  settings,
  found,
  picked,
}: PoolRead): Promise<ReadDriver | undefined> {
  const known = await behaviourOf(id, engine);
  const { name: _, engine: on, minIdle: __, opens, exceeds, ...others } = known;
  if (!opens && !exceeds && Object.keys(others).length === 0) return undefined;
  const { connectionLimit, queryTimeoutMs } = settings;
  const set = withOptions(known, await driverChain(id, engine), givenIn(picked.options), connectionLimit);
  // An overflow that the file shows is in the number of connections.
  const isWithOverflow = found.some(({ setting, onTop }) => setting === 'connectionLimit' && onTop !== undefined);
  const use: DriverUse = {
    ...set,
    ...(exceeds && { exceeds: exceeds.filter(({ by }) => !(isWithOverflow && by === 'overflow')) }),
    ...(on && (await loginTime(on))),
  };
  const effects = driverEffects(use, { connectionLimit, ...withoutUndefined({ queryTimeoutMs }) });
  // A login takes another time on each server.
  const { opening: ___, ...elsewhere } = effects;
  return { use, effects: on === undefined ? elsewhere : effects };
}

/** The options of a file by name without a path, as numbers where they are written so. */
function givenIn(options: PoolRead['picked']['options']): OptionsGiven {
  const inEffect = options.filter(({ misplaced, value }) => misplaced === undefined && value !== null);
  return Object.fromEntries(inEffect.map((entry) => [entry.name.split('.').at(-1) ?? '', amountIn(entry)]));
}

function amountIn({ value, unknown }: DeclaredEntry): number | true {
  const text = String(value).trim();
  if (unknown !== undefined) return true;
  if (/^-?\d+(?:\.\d+)?$/.test(text)) return Number(text);
  return text === 'false' || /^0+[a-z]*$/i.test(text) ? 0 : true;
}
