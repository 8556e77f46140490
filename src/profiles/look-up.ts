import { wrap } from '../base/wrap.ts';
import { fittingSigns } from './fitting-signs.ts';
import { mentionsOf, settingsNamed } from './named.ts';
import { allSigns, type Sign } from './signs.ts';
import { listed, symptomBody } from './symptom-text.ts';
import { allSymptoms, type NamedSymptom } from './symptoms.ts';

/** What was found about something that a user typed or pasted. */
export interface LookedUp {
  readonly title: string;
  /** With the title. */
  readonly text: string;
  /** What a message or code tells of, by id. */
  readonly symptoms: readonly string[];
  /** No more than the places that have the word. */
  readonly isMentioned?: true;
}

/**
 * What is known of something that users see: a message or code of a pool, a server or a pooler, a setting, a product, or a
 * word that the texts have. Undefined where nothing is.
 */
export async function lookUp(input: string): Promise<LookedUp | undefined> {
  const symptoms = await allSymptoms();
  const settings = await settingsNamed(input);
  const signs = fittingSigns(input, await allSigns(symptoms));
  const told = [...new Set(signs.map(({ symptom }) => symptom))].flatMap(
    (id) => symptoms.find((symptom) => symptom.id === id) ?? [],
  );
  const [first, ...others] = told;
  if (settings.length === 0 && first) {
    const body = [...symptomBody(first, ofSymptom(signs, first)), ...others.flatMap((other) => also(other, signs))];
    return page(first.title, body, told);
  }
  if (settings.length + told.length > 0) {
    return page(
      'What this is',
      [
        ...(settings.length > 0 ? ['It is a setting:', '', ...listed(settings)] : []),
        ...(settings.length > 0 && told.length > 0 ? [''] : []),
        ...told.flatMap((symptom) => [symptom.title, '', ...symptomBody(symptom, ofSymptom(signs, symptom)), '']),
      ],
      told,
    );
  }
  const mentions = mentionsOf(input);
  if (mentions.length === 0) return undefined;
  const body = ['No text has that name. These tell of it:', '', ...listed(mentions)];
  return { ...page('Where this is explained', body, []), isMentioned: true };
}

/** Another thing that says the same. */
function also(symptom: NamedSymptom, signs: readonly Sign[]): string[] {
  const by = [...new Set(ofSymptom(signs, symptom).map((sign) => sign.by))];
  return [
    '',
    ...wrap(`Or, where ${by.join(' or ')} says it: ${symptom.title}.`, 80),
    '',
    `  poolctl explain ${symptom.id}`,
  ];
}

function ofSymptom(signs: readonly Sign[], { id }: NamedSymptom): Sign[] {
  return signs.filter(({ symptom }) => symptom === id);
}

function page(title: string, body: readonly string[], symptoms: readonly NamedSymptom[]): LookedUp {
  const text = `${[title, '', ...body].join('\n').trimEnd()}\n`;
  return { title, text, symptoms: symptoms.map(({ id }) => id) };
}
