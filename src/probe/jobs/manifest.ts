import { Document } from 'yaml';

/**
 * A document of YAML whose texts stay texts for parsers of YAML 1.1 too, such as those of kubectl: `no`, `1:30`. Merge keys
 * (`<<`) are written as such.
 */
export function manifestDocument(value: unknown): Document {
  return new Document(value, { compat: 'yaml-1.1', merge: true, aliasDuplicateObjects: false });
}

/** Its text, in which every value stands on as many lines as it has, with a comment above it. */
export function manifestText(document: Document, comment: readonly string[] = []): string {
  document.commentBefore = comment.map((line) => (line === '' ? '' : ` ${line}`)).join('\n');
  return document.toString({ lineWidth: 0 });
}
