import type { EngineId } from '../base/engine.ts';
import { withoutUndefined } from '../base/without-undefined.ts';
import { driverProfile } from '../profiles/load.ts';
import { hasSetting } from './lacks.ts';
import type { SettingName } from './target.ts';
import { allTargets } from './targets/index.ts';

export interface ListedTarget {
  readonly name: string;
  readonly title: string;
  readonly language: string;
  readonly engines: readonly EngineId[];
  /** Settings that the driver has no option of the pool for, and what the snippet does about each. */
  readonly lacks: readonly { readonly setting: SettingName; readonly instead?: string }[];
}

const settings: readonly SettingName[] = ['queueLimit', 'acquireTimeout', 'connectTimeout', 'queryTimeout'];

/** All that can be emitted. */
export async function targetList(): Promise<ListedTarget[]> {
  return Promise.all(
    (await allTargets()).map(async ({ name, target }) => {
      const driver = await driverProfile(target.driver);
      const lacks = settings
        .filter((setting) => !hasSetting(target, driver, setting))
        .map((setting) => ({ setting, ...withoutUndefined({ instead: target.instead[setting] }) }));
      return { name, title: target.title, language: target.language, engines: target.engines, lacks };
    }),
  );
}
