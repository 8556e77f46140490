import { Document } from 'yaml';

/** Beside what YAML itself quotes: what a parser of YAML 1.1, such as kubectl's, would take for something else. */
const options = { compat: 'yaml-1.1', aliasDuplicateObjects: false } as const;

/** YAML in which every text stands on as many lines as it has, with a comment above it. */
export function manifestYaml(value: unknown, comment: readonly string[] = []): string {
  return documentText(new Document(value, options), comment);
}

export function documentText(document: Document, comment: readonly string[]): string {
  document.commentBefore = comment.map((line) => (line === '' ? '' : ` ${line}`)).join('\n');
  return document.toString({ lineWidth: 0 });
}
