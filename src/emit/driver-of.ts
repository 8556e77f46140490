import type { EngineId } from '../base/engine.ts';
import { PoolctlError } from '../base/errors.ts';
import { didYouMean } from '../base/suggest.ts';
import { withoutUndefined } from '../base/without-undefined.ts';
import { profileIds } from '../profiles/files.ts';
import { driverProfile } from '../profiles/load.ts';
import type { PoolSettings } from '../size/input.ts';
import { chooseTarget, inputFor } from './run.ts';
import type { EmitInput, OptionsSet, Target } from './target.ts';
import { targets } from './targets/index.ts';

/** A driver by its profile, and the engine that it is for: the first of its target's, where none was named. */
export interface NamedDriver {
  /** Its id in profiles/drivers/. */
  readonly id: string;
  readonly engine?: EngineId;
  /** All that it talks to, with other snippets and other drivers; empty where any. */
  readonly engines: readonly EngineId[];
  /** What `emit` writes for it, where it does. */
  readonly target?: Target;
}

/**
 * The driver of that name: a profile's, or that of a target of `emit` for this engine.
 * @throws PoolctlError VALUE_INVALID, INPUT_CONTRADICTION
 */
export async function driverNamed(
  name: string,
  engine: EngineId | undefined,
  driverVersion: EmitInput['driverVersion'] | undefined,
): Promise<NamedDriver> {
  const ids = profileIds('drivers');
  const isId = ids.includes(name);
  if (!isTarget(name)) {
    if (isId) return { id: name, engines: (await driverProfile(name)).engines ?? [], ...(engine && { engine }) };
    throw noDriver(name);
  }
  const target = await chooseTarget(name, engine, driverVersion);
  const id = isId ? name : (target.behavesAs ?? target.driver);
  const engines = ((await targets[name]?.()) ?? []).flatMap((variant) => variant.engines);
  return { id, target, engines, ...withoutUndefined({ engine: engine ?? target.engines[0] }) };
}

/** The error for a name that no driver has; `from` is the flag that it came from, `or` what else may be written there. */
export function noDriver(name: string, { from, or = '' }: { from?: string; or?: string } = {}): PoolctlError {
  const names = driverNames();
  const said = from === undefined ? `"${name}"` : `${from} "${name}"`;
  return new PoolctlError('VALUE_INVALID', `${said} is not a driver.${didYouMean(name, names)}`, {
    hint: `Write one of ${names.join(', ')}${or}.`,
  });
}

/** Whether `emit` writes for that name. */
export function isTarget(name: string): boolean {
  return Object.hasOwn(targets, name);
}

/** All that can be named. */
export function driverNames(): string[] {
  return [...new Set([...Object.keys(targets), ...profileIds('drivers')])].sort();
}

/**
 * What a target's snippet sets of the options on which its driver's behaviour depends. Of the settings only these two
 * change which.
 */
export function setsOf(
  target: Target,
  engine: EngineId | undefined,
  given: Pick<PoolSettings, 'connectionLimit' | 'queryTimeoutMs'>,
): OptionsSet {
  const settings = { queueLimit: 20, acquireTimeoutMs: 5_000, connectTimeoutMs: 5_000, ...given };
  return target.sets?.(inputFor(target, { names: [], settings, why: [], engine })) ?? {};
}
