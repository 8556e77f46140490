import type { DeclaredOption, DeclaredPool } from '../../declarations/declared-pool.ts';
import { hikariTime } from './shown.ts';

/** A number that a HikariCP pool sets, in ms where it is a time. */
export interface HikariAmount {
  readonly declared: DeclaredOption;
  readonly value: number;
  /** As messages name it: `max-lifetime (20 s)`. */
  readonly shown: string;
}

/** The number of an option; undefined where it is not set, not known, or no plain number, which Spring would refuse. */
export function hikariAmount(pool: DeclaredPool, name: string): HikariAmount | undefined {
  if (pool.library !== 'hikaricp') return undefined;
  const declared = pool.options.find((option) => option.name === name && option.misplaced === undefined);
  if (declared?.value.kind !== 'known') return undefined;
  const text = String(declared.value.value ?? '').trim();
  if (!/^-?\d+$/.test(text)) return undefined;
  return { declared, value: Number(text), shown: `${kebab(name)} (${hikariTime(name, Number(text))})` };
}

function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
