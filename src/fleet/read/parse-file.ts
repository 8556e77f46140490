import * as v from 'valibot';
import { placeFinder } from '../../declarations/code/lines.ts';
import { plainTree } from '../../declarations/formats/plain-yaml.ts';
import type { Tree } from '../../declarations/formats/tree.ts';
import { treeOf } from '../../declarations/formats/tree.ts';
import { yamlDocuments } from '../../declarations/formats/yaml-documents.ts';
import type { SourceSpan } from '../../declarations/source-span.ts';
import { readYamlDocument } from '../../documents/yaml-document.ts';
import {
  fleetSchema,
  partSchemas,
  type WrittenFleet,
  type WrittenPooler,
  type WrittenServer,
  type WrittenService,
} from '../schema.ts';
import type { FleetFile } from '../written.ts';

export type ParsedFile =
  | { readonly kind: 'fleet'; readonly value: WrittenFleet; readonly in: FleetFile }
  | { readonly kind: 'server'; readonly name: string; readonly value: WrittenServer; readonly in: FleetFile }
  | { readonly kind: 'pooler'; readonly name: string; readonly value: WrittenPooler; readonly in: FleetFile }
  | { readonly kind: 'service'; readonly name: string; readonly value: WrittenService; readonly in: FleetFile };

const refusal = {
  code: 'INPUT_INVALID',
  hint: 'docs/fleet.md has an example of fleet.yaml and of a file a service.',
} as const;

/** What a file is by the key on its top: one server, pooler or service, or a fleet. */
function kindIn(text: string): ParsedFile['kind'] {
  const [, kind] = /^[ \t{]*["']?(server|pooler|service)["']?[ \t]*:/m.exec(text) ?? [];
  const isTop =
    kind !== undefined && new RegExp(`^(?:["']?${kind}["']?[ \\t]*:|\\{?\\s*["']?${kind}["']?\\s*:)`, 'm').test(text);
  return isTop ? (kind as 'server') : 'fleet';
}

/**
 * Reads a file of a fleet: fleet.yaml, or one of a server, a pooler or a service.
 * @throws PoolctlError INPUT_INVALID with file, line and column
 */
export function parseFleetFile(file: string, text: string): ParsedFile {
  const plain = plainTree(text);
  const own: FleetFile = { file, text, placeOf: placesIn(file, text, plain) };
  const kind = kindIn(text);
  // The slow reader finds the place and the words for what is wrong.
  const read = <const Schema extends v.GenericSchema>(schema: Schema): v.InferOutput<Schema> => {
    const quick = plain && v.safeParse(schema, plainValue(plain), { abortEarly: true });
    return quick?.success ? quick.output : readYamlDocument(schema, text, file, refusal);
  };
  switch (kind) {
    case 'server': {
      const { server, $schema, ...value } = read(partSchemas.server);
      return { kind, name: server, value, in: own };
    }
    case 'pooler': {
      const { pooler, $schema, ...value } = read(partSchemas.pooler);
      return { kind, name: pooler, value, in: own };
    }
    case 'service': {
      const { service, $schema, ...value } = read(partSchemas.service);
      return { kind, name: service, value, in: own };
    }
    case 'fleet':
      return { kind, value: isEmpty(text) ? {} : read(fleetSchema), in: own };
  }
}

function isEmpty(text: string): boolean {
  return text.replace(/^\s*(?:#.*|---)?$/gm, '').trim() === '';
}

/** What a tree holds, as JavaScript has it. */
function plainValue(tree: Tree): unknown {
  if (tree.value !== undefined) return tree.value;
  const items = tree.items();
  return items.length > 0
    ? items.map(plainValue)
    : Object.fromEntries(tree.fields().map(([name, field]) => [name, plainValue(field)]));
}

/** Places of keys; where it is no plain YAML, the text is parsed again when the first is asked for. */
function placesIn(file: string, text: string, plain: Tree | undefined): FleetFile['placeOf'] {
  const spanOf = placeFinder(file, text);
  let top = plain;
  return (path) => {
    top ??= treeIn(file, text, (offset) => spanOf({ start: offset, end: offset }).line);
    return spanAt(top, path, spanOf);
  };
}

function treeIn(file: string, text: string, lineAt: (offset: number) => number): Tree | undefined {
  const [document] = yamlDocuments(text, file, lineAt);
  return document && treeOf(document);
}

function spanAt(
  top: Tree | undefined,
  path: readonly (string | number)[],
  spanOf: ReturnType<typeof placeFinder>,
): SourceSpan {
  let tree = top;
  for (const key of path) {
    const next: Tree | undefined = typeof key === 'number' ? tree?.items()[key] : tree?.get(key);
    if (next === undefined) break;
    tree = next;
  }
  return spanOf(tree?.keyAt ?? tree?.at ?? { start: 0, end: 0 });
}
