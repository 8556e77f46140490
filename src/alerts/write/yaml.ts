import { Document, isPair, isScalar, Scalar, visit } from 'yaml';

/** YAML that is read by people: expressions stand in blocks as they are, and the comment above all. */
export function yamlText(value: unknown, comment: readonly string[]): string {
  const document = new Document(value);
  visit(document, {
    Pair(_key, pair) {
      if (!isPair(pair) || !isScalar(pair.key) || pair.key.value !== 'expr' || !isScalar(pair.value)) return;
      if (String(pair.value.value).length > 60) pair.value.type = Scalar.BLOCK_LITERAL;
    },
  });
  document.commentBefore = comment.map((line) => ` ${line}`).join('\n');
  return document.toString({ lineWidth: 80 });
}
