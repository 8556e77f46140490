import type { Concept } from '../../declarations/concepts.ts';
import type { DeclaredOption, DeclaredPool } from '../../declarations/declared-pool.ts';
import { settingOf } from '../../declarations/setting.ts';
import type { FileContext } from '../project.ts';
import type { RuleReport } from '../rule.ts';
import { atOption, atPool, libraryOf } from './words.ts';

/** A setting that limits nothing. */
export interface WithoutLimit {
  /** The option that could. */
  readonly name: string;
  /** What the file has for it; undefined where the driver's default is no limit. */
  readonly declared?: DeclaredOption;
  readonly at: Pick<RuleReport, 'place' | 'fingerprint' | 'origins'>;
}

/** Whether a setting is known to be no limit; undefined where there is one, or nothing is known of it. */
export function withoutLimit(
  pool: DeclaredPool,
  concept: Concept,
  drivers: FileContext['profiles'],
): WithoutLimit | undefined {
  const setting = settingOf(pool, concept, drivers);
  if (setting.kind === 'unlimited') {
    return { name: setting.option.name, declared: setting.declared, at: atOption(pool, setting.declared) };
  }
  if (setting.kind !== 'unset' || !setting.isUnlimited) return undefined;
  const { name } = setting.option;
  const origins = [{ kind: 'driver-default' as const, text: `default of ${name} in ${libraryOf(pool)}` }];
  return { name, at: { ...atPool(pool, concept), origins } };
}
