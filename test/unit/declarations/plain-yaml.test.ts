import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plainTree } from '../../../src/declarations/formats/plain-yaml.ts';
import { type Tree, treeOf } from '../../../src/declarations/formats/tree.ts';
import { yamlDocuments, yamlParts } from '../../../src/declarations/formats/yaml-documents.ts';

/** All that readers ask of a tree. The end of what holds others is nobody's: the parser has it behind the next comment. */
function shape(tree: Tree | undefined): unknown {
  if (!tree) return undefined;
  const { value, at, keyAt, style } = tree;
  return {
    ...{ value, keyAt, style, start: at.start, ...(value !== undefined && { end: at.end }) },
    fields: tree.fields().map(([name, field]) => [name, shape(field)]),
    items: tree.items().map(shape),
  };
}

/** By the parser; undefined for what it refuses, or where there are several documents. */
function parsed(text: string, offset = 0): Tree | undefined {
  try {
    const [document, another] = yamlDocuments(text, 'a.yaml', () => 1);
    return document && !another ? treeOf(document, { offset }) : undefined;
  } catch {
    return undefined;
  }
}

const root = fileURLToPath(new URL('../', import.meta.url));
const files = ['fleet/cases', 'lint/fixtures'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.ya?ml$/.test(name))
    .map((name) => readFileSync(join(root, folder, name), 'utf8')),
);
const parts = files.flatMap((text) => yamlParts(text));

describe('plainTree', () => {
  it('reads most manifests, and gives the tree that the parser gives', () => {
    const plain = parts.map((part) => ({ part, tree: plainTree(part.text, part.offset) }));
    expect(plain.filter(({ tree }) => tree).length).toBeGreaterThan(0.75 * parts.length);
    for (const { part, tree } of plain) if (tree) expect(shape(tree)).toEqual(shape(parsed(part.text, part.offset)));
  });

  it.each([
    ['anchors', 'a: &x 1\nb: *x\n'],
    ['tags', 'a: !Ref Pool\n'],
    ['merges', 'a: {<<: {b: 1}}\n'],
    ['texts of several lines', 'a: |\n  x\n'],
    ['a text that goes on', 'a: b\n  c\n'],
    ['a key that is there twice', 'a: 1\na: 2\n'],
    ['tabs', 'a:\tb\n'],
    ['lists on several lines', 'a: [1,\n  2]\n'],
    ['numbers of other schemas', 'a: 0x1F\n'],
    ['what is further in than it can be', 'a: 1\n   b: 2\n'],
    ['what is less far in', '  a: 1\n b: 2\n'],
    ['a second document', 'a: 1\n---\nb: 2\n'],
  ])('leaves %s to the parser', (_, text) => {
    expect(plainTree(text)).toBeUndefined();
  });

  it('gives what the parser gives, or nothing, whatever is changed in a manifest', () => {
    const marks = [
      ' ',
      '  ',
      '\n',
      ':',
      ': ',
      '- ',
      '#',
      ' #',
      '"',
      "'",
      '{',
      '}',
      '[',
      ']',
      ',',
      '0',
      '1',
      '.',
      'a',
      '~',
      '&',
      '*',
      '!',
      '|',
      '-',
    ];
    const edit = fc.record({
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      cut: fc.nat(3),
      mark: fc.constantFrom('', ...marks),
    });
    fc.assert(
      fc.property(fc.constantFrom(...parts), fc.array(edit, { minLength: 1, maxLength: 4 }), (part, edits) => {
        let text = part.text.slice(0, 1_500);
        for (const { at, cut, mark } of edits) {
          const place = Math.floor(at * text.length);
          text = text.slice(0, place) + mark + text.slice(place + cut);
        }
        const tree = plainTree(text);
        if (tree) expect(shape(tree)).toEqual(shape(parsed(text)));
      }),
      { numRuns: 500 },
    );
  });
});
