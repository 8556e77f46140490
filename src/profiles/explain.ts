import { readdirSync, readFileSync } from 'node:fs';
import { errorCodes, exitCodes, PoolctlError } from '../base/errors.ts';
import { didYouMean } from '../base/suggest.ts';
import { warningCodes } from '../base/warning-codes.ts';
import { wrap } from '../base/wrap.ts';
import { rulePage, rulePageIds, rulePageTitle } from './rule-pages.ts';
import { ruleText } from './rule-text.ts';
import { allSymptoms, symptomIds, symptomTitle } from './symptoms.ts';

export interface Topic {
  readonly id: string;
  /** `looked-up`: no text of that name, but what the texts and profiles say of it. */
  readonly kind: 'terms' | 'symptoms' | 'rules' | 'errors' | 'warnings' | 'looked-up';
  readonly title: string;
}

export interface Explanation extends Topic {
  /** The title, an empty line, and the text. */
  readonly text: string;
  /** What a message or code tells of, by id, where it was looked up. */
  readonly symptoms?: readonly string[];
  /** No more than the places that have the word. */
  readonly isMentioned?: true;
}

/** One file of profiles/topics is one term: its first line is the title. */
const folder = new URL('../../profiles/topics/', import.meta.url);

/** Everything that can be explained, sorted within its kind. */
export function topics(): Topic[] {
  return [
    ...all().map(({ id, kind, title }) => ({ id, kind, title })),
    ...symptomIds().map((id) => ({ id, kind: 'symptoms' as const, title: symptomTitle(id) })),
    ...rulePageIds().map(ruleTopic),
  ];
}

const ruleTopic = (id: string): Topic => ({ id, kind: 'rules', title: rulePageTitle(id) });

/**
 * The text on a term, a rule, an error code or a warning code; otherwise what is known of a message, a code, a setting or a
 * word. TOPIC_UNKNOWN names the nearest text.
 */
export async function explain(name: string): Promise<Explanation> {
  const wanted = name.toLowerCase();
  const page = await rulePage(wanted);
  if (page) return { ...ruleTopic(wanted), text: ruleText(wanted, page) };
  const words = asWords(name);
  const sameWords = (id: string) => asWords(id) === words;
  const found = all().find(({ id }) => sameWords(id));
  if (found) return found;
  const named = symptomIds().filter(sameWords);
  const [symptom] = named.length > 0 ? await symptomTexts(named) : [];
  if (symptom) return symptom;
  const known = await (await import('./look-up.ts')).lookUp(name);
  if (known) return { id: 'looked-up', kind: 'looked-up', ...known };
  const ids = topics().map(({ id }) => id);
  throw new PoolctlError('TOPIC_UNKNOWN', `There is nothing to explain about "${name}".${didYouMean(name, ids)}`, {
    hint: '`poolctl explain` lists the topics; `poolctl explain --search WORDS` finds texts that have the words.',
  });
}

/** `acquireTimeoutMs`, `acquire_timeout`, `Acquire timeout` and `--acquire-timeout` are one. */
function asWords(name: string): string {
  const isCamel = /^[a-z]+\d*[A-Z]/.test(name);
  return (isCamel ? name.replace(/([a-z0-9])([A-Z])/g, '$1-$2').replace(/-Ms$/, '') : name)
    .trim()
    .replace(/^--/, '')
    .toLowerCase()
    .replace(/[ _]+/g, '-');
}

/** All texts that there are. */
export async function allTexts(): Promise<Explanation[]> {
  const pages = await Promise.all(rulePageIds().map(async (id) => ({ id, page: await rulePage(id) })));
  const rules = pages.flatMap(({ id, page }) => (page ? [{ ...ruleTopic(id), text: ruleText(id, page) }] : []));
  return [...all(), ...(await symptomTexts(symptomIds())), ...rules];
}

async function symptomTexts(ids: readonly string[]): Promise<Explanation[]> {
  const [{ allSigns }, { symptomText }] = await Promise.all([import('./signs.ts'), import('./symptom-text.ts')]);
  const symptoms = await allSymptoms();
  const signs = await allSigns(symptoms);
  return symptoms
    .filter(({ id }) => ids.includes(id))
    .map((symptom) => ({
      id: symptom.id,
      kind: 'symptoms' as const,
      title: symptom.title,
      text: symptomText(
        symptom,
        signs.filter((sign) => sign.symptom === symptom.id),
      ),
    }));
}

const exitTitle = 'Exit codes: what they say';

function all(): Explanation[] {
  const terms = readdirSync(folder).map((file) =>
    term(file.replace(/\.txt$/, ''), readFileSync(new URL(file, folder), 'utf8')),
  );
  const exits = Object.entries(exitCodes).map(
    ([code, means]) => `${code.padStart(3)}  ${wrap(means, 75).join('\n     ')}`,
  );
  const errors = Object.entries(errorCodes).map(([id, { exit, means }]) =>
    explanation('errors', id, means, `Exit code ${exit}.`),
  );
  const warnings = Object.entries(warningCodes).map(([id, means]) =>
    explanation('warnings', id, means, 'A warning: it does not change the exit code.'),
  );
  return [
    ...terms,
    { id: 'exit-codes', kind: 'terms' as const, title: exitTitle, text: `${exitTitle}\n\n${exits.join('\n')}\n` },
  ]
    .sort((a, b) => a.id.localeCompare(b.id))
    .concat(errors, warnings);
}

function term(id: string, text: string): Explanation {
  const [title = id] = text.split('\n');
  return { id, kind: 'terms', title, text };
}

function explanation(kind: Topic['kind'], id: string, means: string, effect: string): Explanation {
  const [title = means] = means.split(/(?<=\.)\s/);
  return { id, kind, title, text: `${id}\n\n${wrap(means, 80).join('\n')}\n\n${effect}\n` };
}
