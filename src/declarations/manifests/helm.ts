import { PoolctlError } from '../../base/errors.ts';
import { placeFinder } from '../code/lines.ts';
import { filledTree } from '../formats/tree.ts';
import { yamlParts } from '../formats/yaml-documents.ts';
import type { FileNote, ReadFile, TextFile } from '../text-file.ts';
import { chartOf, releaseOfChart } from './helm-chart.ts';
import { filledTemplate } from './helm-template.ts';
import { documentsIn, type ManifestDocument, noteOf } from './manifest-document.ts';

const needsHelm = 'not read: it is a template that needs more than its values; lint what it renders to (helm template)';

/** Whether a file is a template of a chart. */
export function isHelmTemplate({ file, text }: TextFile): boolean {
  return /(?:^|\/)templates\/.*\.ya?ml$/.test(file) && text.includes('{{');
}

/**
 * The objects that a template of a chart makes with the values beside it, where these fill it in simply; places are those
 * of the template, and values say where they come from. Undefined where no values are beside it.
 */
export function helmDocuments(
  { file, text }: TextFile,
  read: ReadFile,
  isWanted: (part: string) => boolean,
): { documents: readonly ManifestDocument[]; notes: readonly FileNote[] } | undefined {
  const documents: ManifestDocument[] = [];
  const notes: FileNote[] = [];
  const spanOf = placeFinder(file, text);
  let isFilled = false;
  try {
    const chart = chartOf(file, read);
    if (!chart) return undefined;
    const template = filledTemplate(text, chart);
    if (!template) {
      return { documents, notes: isWanted(text) ? [{ file, line: 1, text: needsHelm }] : [] };
    }
    isFilled = true;
    const release = releaseOfChart(chart);
    for (const part of yamlParts(template.text)) {
      if (!isWanted(part.text)) continue;
      for (const document of documentsIn(part, { file, text, spanOf }))
        documents.push({ ...document, tree: filledTree(document.tree, template.fill), release });
    }
  } catch (error) {
    // What is no YAML with its actions filled in needs those that were not: the mistake is not the owner's.
    notes.push(isFilled && error instanceof PoolctlError ? { file, line: 1, text: needsHelm } : noteOf(error, file));
  }
  return { documents, notes };
}
