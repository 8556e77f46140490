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

function documentsOf(entries: readonly DeclaredEntry[]): SpringDocument[] {
  const numbers = [...new Set(entries.map(({ document = 0 }) => document))];
  return numbers.map((number) => {
    const own = entries.filter(({ document = 0 }) => document === number);
    const given = own.filter(({ key }) => onProfile.test(key)).map(({ value }) => String(value));
    return { entries: own, profiles: given.length > 0 ? given.join(', ') : undefined };
  });
}

/** Whether a document for these profiles holds: `prod`, `prod & !eu`, `(dev | test)`; commas mean one of them. */
function holds(profiles: string | undefined, active: readonly string[]): boolean {
  if (profiles === undefined) return true;
  return profiles.split(',').some((expression) => new Expression(expression, active).value());
}

/** Spring's profile expressions: names with `!`, `&`, `|` and parentheses. */
class Expression {
  readonly #words: string[];
  readonly #active: ReadonlySet<string>;

  constructor(text: string, active: readonly string[]) {
    this.#words = text.match(/[^\s!&|()]+|[!&|()]/g) ?? [];
    // Without a profile, the one called `default` is active.
    this.#active = new Set(active.length > 0 ? active : ['default']);
  }

  value(): boolean {
    let value = this.#one();
    for (let word = this.#words[0]; word === '&' || word === '|'; word = this.#words[0]) {
      this.#words.shift();
      const next = this.#one();
      value = word === '&' ? value && next : value || next;
    }
    return value;
  }

  #one(): boolean {
    const word = this.#words.shift();
    if (word === '!') return !this.#one();
    if (word !== '(') return word !== undefined && this.#active.has(word);
    const value = this.value();
    if (this.#words[0] === ')') this.#words.shift();
    return value;
  }
}
