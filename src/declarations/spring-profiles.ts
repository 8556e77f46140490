import type { DeclaredEntry } from './entry.ts';
import { uniformName } from './sections.ts';

/** A document of a Spring Boot configuration, and the profiles that it is for; undefined where it holds always. */
interface SpringDocument {
  readonly entries: readonly DeclaredEntry[];
  readonly profiles: string | undefined;
}

const onProfile = /^spring\.(?:config\.activate\.on-?profile|profiles)(?:\.\d+)?$/i;

/** Whether a file is Spring Boot's, by its keys. */
export function isSpringConfig(entries: readonly DeclaredEntry[]): boolean {
  return entries.some(({ key }) => /^spring\./.test(key));
}

/** The profiles that documents of a file are for, in the order that they are named in. */
export function springProfilesIn(entries: readonly DeclaredEntry[]): readonly string[] {
  const named = documentsOf(entries).flatMap(({ profiles }) => profiles?.match(/[\w.-]+/g) ?? []);
  return [...new Set(named)];
}

/**
 * What a Spring Boot configuration comes to with these profiles active, none for the default one: the documents that hold,
 * where a later one beats an earlier one key by key.
 */
export function springEntries(entries: readonly DeclaredEntry[], active: readonly string[]): readonly DeclaredEntry[] {
  const documents = documentsOf(entries);
  const [first] = documents;
  if (documents.length < 2 && first?.profiles === undefined) return entries;
  const byKey = new Map<string, DeclaredEntry[]>();
  for (const document of documents) {
    if (!holds(document.profiles, active)) continue;
    const own = new Map<string, DeclaredEntry[]>();
    for (const entry of document.entries) {
      const key = uniformName(entry.key);
      own.set(key, [...(own.get(key) ?? []), entry]);
    }
    // What one document says twice stays a contradiction.
    for (const [key, said] of own) byKey.set(key, said);
  }
  return [...byKey.values()].flat();
}

/** The entries of the documents that are for these profiles and would not hold without them. */
export function onlyInProfiles(
  entries: readonly DeclaredEntry[],
  active: readonly string[],
): ReadonlySet<DeclaredEntry> {
  const own = documentsOf(entries).filter(({ profiles }) => holds(profiles, active) && !holds(profiles, []));
  return new Set(own.flatMap((document) => document.entries));
}

/** A file is asked for its documents once for each profile. */
const documentsRead = new WeakMap<readonly DeclaredEntry[], readonly SpringDocument[]>();

function documentsOf(entries: readonly DeclaredEntry[]): readonly SpringDocument[] {
  const known = documentsRead.get(entries) ?? splitDocuments(entries);
  documentsRead.set(entries, known);
  return known;
}

function splitDocuments(entries: readonly DeclaredEntry[]): SpringDocument[] {
  const byNumber = new Map<number, DeclaredEntry[]>();
  for (const entry of entries) {
    const { document = 0 } = entry;
    const own = byNumber.get(document);
    if (own) own.push(entry);
    else byNumber.set(document, [entry]);
  }
  return [...byNumber.values()].map((own) => {
    const given = own.filter(({ key }) => onProfile.test(key)).map(({ value }) => String(value));
    return { entries: own, profiles: given.length > 0 ? given.join(', ') : undefined };
  });
}

/** Whether a document for these profiles holds: `prod`, `prod & !eu`, `(dev | test)`; commas mean one of them. */
function holds(profiles: string | undefined, active: readonly string[]): boolean {
  if (profiles === undefined) return true;
  if (plainName.test(profiles) && active.length > 0) return active.includes(profiles);
  return profiles.split(',').some((expression) => isTrue(expression, active));
}

/** What stands within one pair of parentheses, as far as it was read. */
interface Level {
  value: boolean | undefined;
  sign: '&' | '|' | undefined;
  isNegated: boolean;
}

const plainName = /^[\w.-]+$/;

/** Spring's profile expressions: names with `!`, `&`, `|` and parentheses, nested as deep as they like. */
function isTrue(expression: string, active: readonly string[]): boolean {
  // Without a profile, the one called `default` is active.
  const names = new Set(active.length > 0 ? active : ['default']);
  let level = newLevel();
  const outer: Level[] = [];
  const leave = () => {
    const { value = false } = level;
    level = outer.pop() ?? newLevel();
    take(level, value);
  };
  for (const [word] of expression.matchAll(/[^\s!&|()]+|[!&|()]/g)) {
    if (word === '!') level.isNegated = !level.isNegated;
    else if (word === '&' || word === '|') level.sign = word;
    else if (word === '(') {
      outer.push(level);
      level = newLevel();
    } else if (word !== ')') take(level, names.has(word));
    else if (outer.length > 0) leave();
  }
  while (outer.length > 0) leave();
  return level.value ?? false;
}

function newLevel(): Level {
  return { value: undefined, sign: undefined, isNegated: false };
}

function take(level: Level, said: boolean): void {
  const next = said !== level.isNegated;
  if (level.value === undefined) level.value = next;
  else if (level.sign === '&') level.value &&= next;
  else if (level.sign === '|') level.value ||= next;
  level.sign = undefined;
  level.isNegated = false;
}
