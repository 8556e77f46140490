import type { DeclaredEntry } from '../entry.ts';
import type { PoolSection } from '../reader.ts';
import { entriesBelow, uniformName } from '../sections.ts';
import { beside, elementsMarked, poolsBelow, settingText } from './pool-entries.ts';

const made = /\bcom\.alibaba\.druid\./;

/** The pools of Druid that a configuration makes, their options below `druid.`, or beside the address where it has no section. */
export function druidPools(entries: readonly DeclaredEntry[]): PoolSection[] {
  const dynamic = dynamicPools(entries);
  const sections = poolsBelow(entries, 'druid')
    .filter((section) => dynamic.length === 0 || isBesideDynamic(section))
    .flatMap(nestedPools);
  const typed = sections.length === 0 && dynamic.length === 0 ? typedPools(entries) : [];
  return [...dynamic, ...sections, ...typed, ...elementsMarked(entries, made)];
}

/** Not the common part of dynamic-datasource, nor one that only configures the statistics of all pools. */
function isBesideDynamic({ at, entries }: PoolSection): boolean {
  const ofStatistics = /^druid\.(?:stat-?view-?servlet|web-?stat-?filter|filters?|aop-?patterns|wall|stat)(?:\.|$)/i;
  const isPool = entries.some(({ key }) => /^druid\./i.test(key) && !ofStatistics.test(key));
  return isPool && !/(?:^|\.)dynamic(?:\.|$)/i.test(at);
}

/** dynamic-datasource: `druid` for all data sources, and for one of them below its name, which wins. */
function dynamicPools(entries: readonly DeclaredEntry[]): PoolSection[] {
  const dynamic = entriesBelow(entries, 'spring.datasource.dynamic');
  const common = dynamic.filter(({ key }) => /^druid\./i.test(key));
  const names = new Set(dynamic.flatMap(({ key }) => /^datasource\.([^.]+)\./i.exec(key)?.[1] ?? []));
  return [...names].flatMap((name) => {
    const own = entriesBelow(dynamic, `datasource.${name}`);
    const isOther =
      own.some(({ key }) => /^(?:hikari|dbcp2|beecp)\./i.test(key)) || isOfOtherType(settingText(own, 'type'));
    const isDruid = own.some(({ key }) => /^druid\./i.test(key)) || common.length > 0;
    return isDruid && !isOther ? [{ at: name, entries: overridden(common, own) }] : [];
  });
}

function isOfOtherType(type: string | undefined): boolean {
  return type !== undefined && !made.test(type);
}

/** `druid.master.url` beside `druid.maxActive`: a pool for each name, with the options that are for all. */
function nestedPools({ at, entries }: PoolSection): PoolSection[] {
  const nested =
    /^druid\.([\w-]+)\.(?:url|jdbc-?url|username|driver-?class-?name|max-?active|max-?wait|initial-?size)$/i;
  const names = [...new Set(entries.flatMap(({ key }) => nested.exec(key)?.[1] ?? []))];
  const isNested = ({ key }: DeclaredEntry) => names.some((name) => key.startsWith(`druid.${name}.`));
  if (names.length === 0) return [{ at, entries }];
  const common = entries.filter((entry) => !isNested(entry));
  return names.flatMap((name) => {
    const own = entriesBelow(entries, `druid.${name}`).map((entry) => ({ ...entry, key: `druid.${entry.key}` }));
    const isOff = settingText(own, 'druid.enabled') === 'false' || settingText(own, 'druid.url') === '';
    return isOff ? [] : [{ at: name, entries: overridden(common, own) }];
  });
}

/** `spring.datasource.type` names Druid, and there is no section of it. */
function typedPools(entries: readonly DeclaredEntry[]): PoolSection[] {
  const isTop = entries.some(({ key }) => /^type$/i.test(key));
  const parent = isTop ? '' : 'spring.datasource';
  const own = beside(entries, parent);
  return made.test(settingText(own, 'type') ?? '') ? [{ at: parent, entries: own }] : [];
}

/** The common entries, without those that a pool has of its own. */
export function overridden(common: readonly DeclaredEntry[], own: readonly DeclaredEntry[]): DeclaredEntry[] {
  const names = new Set(own.map(({ key }) => uniformName(key)));
  return [...common.filter(({ key }) => !names.has(uniformName(key))), ...own];
}
