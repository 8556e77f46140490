import { allTexts } from './explain.ts';
import { kinds, profileIds, profileText, profileTitle } from './files.ts';

/** A text or profile that has all words that were searched. */
export interface FoundText {
  /** The command that prints it. */
  readonly command: string;
  readonly title: string;
  /** Whether its name or title has them. */
  readonly isNamed: boolean;
}

/** Texts and profiles that have all of these words, those with them in name or title first. */
export async function searchTexts(input: string): Promise<FoundText[]> {
  const words = input.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [];
  const has = (text: string) => words.every((word) => text.toLowerCase().includes(word));
  const found = [
    ...(await allTexts()).map(({ id, title, text }) => ({ command: `poolctl explain ${id}`, title, id, text })),
    ...kinds.flatMap((kind) =>
      profileIds(kind).map((id) => ({
        command: `poolctl profiles show ${kind}/${id}`,
        title: profileTitle(kind, id),
        id,
        text: withoutSources(profileText(kind, id)),
      })),
    ),
  ];
  return found
    .filter(({ text, id, title }) => has(`${id} ${title} ${text}`))
    .map(({ command, title, id }) => ({ command, title, isNamed: has(`${id} ${title}`) }))
    .sort((one, other) => Number(other.isNamed) - Number(one.isNamed));
}

/** Addresses have any word in them. */
function withoutSources(text: string): string {
  return text.replace(/^ *(?:ref|source): .*$/gm, '');
}
