import { placeFinder } from '../code/lines.ts';
import { type Tree, treeOf } from '../formats/tree.ts';
import { yamlDocuments } from '../formats/yaml-documents.ts';
import type { ReadFile } from '../text-file.ts';
import type { Origin, Scalar } from '../value.ts';
import { inManifest } from './values.ts';

/** A chart of Helm, as far as its templates ask for it. */
export interface HelmChart {
  readonly name: string;
  readonly folder: string;
  /** What `.Values.a.b` is: a plain value with where it stands, or whether it is there and not empty. */
  valueOf(path: readonly string[]): HelmValue | undefined;
}

export interface HelmValue {
  /** Undefined for what holds other values. */
  readonly value: Scalar | undefined;
  readonly isEmpty: boolean;
  readonly origin: Origin;
}

/** The files with values, the strongest first: those for production beat the chart's own. */
const valueFiles = ['values-production', 'values-prod', 'values.production', 'values.prod', 'values'];

/** The chart that a template belongs to; undefined where no values are beside it. */
export function chartOf(template: string, read: ReadFile): HelmChart | undefined {
  const at = template.lastIndexOf('/templates/');
  const folder = at < 0 ? (template.startsWith('templates/') ? '' : undefined) : template.slice(0, at);
  if (folder === undefined) return undefined;
  const inChart = (name: string) => (folder === '' ? name : `${folder}/${name}`);
  const layers = valueFiles.flatMap(
    (name) => layerOf(inChart(`${name}.yaml`), read) ?? layerOf(inChart(`${name}.yml`), read) ?? [],
  );
  if (layers.length === 0) return undefined;
  const name = /^name:\s*["']?([\w.-]+)/m.exec(read(inChart('Chart.yaml')) ?? '')?.[1];
  return {
    name: name ?? (folder.split('/').at(-1) || 'chart'),
    folder,
    valueOf: (path) => {
      for (const layer of layers) {
        const tree = layer.tree.get(...path);
        if (tree) return valueAt(tree, path, layer);
      }
      return undefined;
    },
  };
}

interface Layer {
  readonly tree: Tree;
  readonly spanOf: ReturnType<typeof placeFinder>;
}

function layerOf(file: string, read: ReadFile): Layer | undefined {
  const text = read(file);
  if (text === undefined || text.length > 1_000_000) return undefined;
  const spanOf = placeFinder(file, text);
  const [document] = yamlDocuments(text, file, (offset) => spanOf({ start: offset, end: offset }).line);
  const tree = document && treeOf(document);
  return tree && { tree, spanOf };
}

function valueAt(tree: Tree, path: readonly string[], { spanOf }: Layer): HelmValue {
  const isEmpty =
    tree.value === undefined
      ? tree.fields().length === 0 && tree.items().length === 0
      : tree.value === null || tree.value === '' || tree.value === 0 || tree.value === false;
  const start = tree.keyAt?.start ?? tree.at.start;
  return { value: tree.value, isEmpty, origin: inManifest(path.join('.'), spanOf({ start, end: tree.at.end })) };
}

/** The folder of the chart, for its release. */
export function releaseOfChart({ folder, name }: HelmChart): string {
  return `${folder === '' ? '' : `${folder}/`} (release ${name})`.trimStart();
}
