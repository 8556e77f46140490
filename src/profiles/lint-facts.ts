import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import type { Advisory } from './advisory.ts';
import type { HiddenPool } from './hidden-pool.ts';

/** What is known of packages beside the options of drivers. */
export interface LintFacts {
  readonly advisories: readonly (Advisory & { readonly id: string })[];
  readonly hiddenPools: readonly HiddenPool[];
}

const root = new URL('../../profiles/', import.meta.url);
/** Written by the build, which spares a start the YAML parser. */
const compiled = new URL('./data/lint-facts.json', import.meta.url);

/** When this poolctl was built, in ms since 1970: what it found before, other rules have found. */
export function builtAtMs(): number | undefined {
  return statSync(compiled, { throwIfNoEntry: false })?.mtimeMs;
}

/** All facts, as shipped. */
export async function lintFacts(): Promise<LintFacts> {
  return existsSync(compiled) ? builtLintFacts() : parseLintFacts();
}

/** The same for those who cannot wait: what the build has made JSON of. */
export function builtLintFacts(): LintFacts {
  const none: LintFacts = { advisories: [], hiddenPools: [] };
  return existsSync(compiled) ? (JSON.parse(readFileSync(compiled, 'utf8')) as LintFacts) : none;
}

/** The same from the YAML files; a mistake in one is PROFILE_INVALID with file, line and column. */
export async function parseLintFacts(): Promise<LintFacts> {
  const [{ parseProfile }, { advisorySchema }, { hiddenPoolSchema }] = await Promise.all([
    import('./document.ts'),
    import('./advisory.ts'),
    import('./hidden-pool.ts'),
  ]);
  return {
    advisories: filesIn('advisories').map(({ id, text, path }) => ({
      id,
      ...parseProfile(advisorySchema, text, path),
    })),
    hiddenPools: filesIn('hidden-pools').map(({ text, path }) => parseProfile(hiddenPoolSchema, text, path)),
  };
}

function filesIn(folder: string): { id: string; text: string; path: string }[] {
  return readdirSync(new URL(`${folder}/`, root))
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .map((name) => ({
      id: name.slice(0, -'.yaml'.length),
      text: readFileSync(new URL(`${folder}/${name}`, root), 'utf8'),
      path: `profiles/${folder}/${name}`,
    }));
}
