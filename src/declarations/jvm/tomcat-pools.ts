import type { DeclaredEntry } from '../entry.ts';
import type { DirectSetting, PickedOption, PoolSection } from '../reader.ts';
import { beside, elementsMarked, poolsBelow, settingText } from './pool-entries.ts';

const made = /\borg\.apache\.tomcat\.jdbc\.pool\./;

/** The pools of Tomcat JDBC that a configuration makes, their options below `tomcat.` in a file of Spring. */
export function tomcatPools(entries: readonly DeclaredEntry[]): PoolSection[] {
  const sections = poolsBelow(entries, 'tomcat');
  return [...sections, ...(sections.length === 0 ? typedPools(entries) : []), ...elementsMarked(entries, made)];
}

/** `spring.datasource.type` names it, and all is at its default. */
function typedPools(entries: readonly DeclaredEntry[]): PoolSection[] {
  const own = beside(entries, 'spring.datasource');
  return made.test(settingText(own, 'type') ?? '') ? [{ at: 'spring.datasource', entries: own }] : [];
}

/** `jdbcInterceptors=QueryTimeoutInterceptor(queryTimeout=5)`, in seconds. */
export function interceptorTimeout(option: PickedOption): DirectSetting[] {
  if (option.name !== 'jdbcInterceptors') return [];
  const seconds = /\bQueryTimeoutInterceptor\([^)]*\bqueryTimeout=(\d+)/.exec(String(option.value))?.[1];
  const value = Number(seconds);
  return value > 0 ? [{ ...option, concept: 'queryTimeout', unit: 's', value, ms: value * 1_000 }] : [];
}

/** Data sources of context.xml and server.xml that are left to Tomcat's own factory, or name that of DBCP 2. */
export function dbcpResources(entries: readonly DeclaredEntry[]): PoolSection[] {
  return elementsMarked(entries, /^javax\.sql\.DataSource$|\bdbcp2?\b/).filter(({ entries: own }) => {
    const factory = settingText(own, 'factory') ?? settingText(own, 'class');
    return factory === undefined || /\bdbcp2\b/.test(factory);
  });
}
