import type { Tree } from '../formats/tree.ts';
import type { FileNote, ReadFile, TextFile } from '../text-file.ts';
import { helmDocuments, isHelmTemplate } from './helm.ts';
import { KubernetesObjects } from './kubernetes-objects.ts';
import { kubernetesService, type RunningPods, workloadKinds } from './kubernetes-service.ts';
import { isKustomization, readKustomizations } from './kustomize.ts';
import { type ManifestDocument, manifestDocuments } from './manifest-document.ts';

const kinds = [
  ...workloadKinds,
  'HorizontalPodAutoscaler',
  'ScaledObject',
  'ConfigMap',
  'Service',
  'Cluster',
  'Pooler',
  'List',
];
const kindLine = new RegExp(`^[ \\t]*["']?kind["']?[ \\t]*:[ \\t]*["']?(?:${kinds.join('|')})\\b`, 'm');

export function isKubernetesFile({ file, text }: TextFile): boolean {
  return /\.(?:ya?ml|json)$/i.test(file) && /^[ \t]*["']?apiVersion["']?[ \t]*:/m.test(text) && kindLine.test(text);
}

/** Reads Kubernetes manifests, also as Helm and kustomize render them. They complete each other across files. */
export function readKubernetes(
  files: readonly TextFile[],
  read: ReadFile,
  others: readonly ManifestDocument[] = [],
): {
  pods: readonly RunningPods[];
  objects: KubernetesObjects;
  notes: readonly FileNote[];
} {
  const notes: FileNote[] = [];
  const inUse = files.filter((file) => isKubernetesFile(file) && !isKustomization(file));
  const kustomizations = readKustomizations(files, read);
  notes.push(...kustomizations.notes);
  const rendered = renderedFrom(inUse);
  const documents = inUse.flatMap((file) => {
    const isWanted = (part: string) => kindLine.test(part);
    if (isHelmTemplate(file) && rendered.has(chartFolder(file))) return [];
    const filled = isHelmTemplate(file) ? helmDocuments(file, read, isWanted) : undefined;
    const found = filled ?? manifestDocuments(file, isWanted);
    notes.push(...found.notes);
    return found.documents.flatMap((document) => itemsOf(document));
  });
  const objects = new KubernetesObjects([...documents, ...others], kustomizations);
  const pods = objects.all(workloadKinds).flatMap((object) => {
    const service = kubernetesService(object, objects);
    if (service === undefined) {
      notes.push({
        file: object.document.file,
        line: object.document.spanOf(object.document.tree.at).line,
        text: `not read: this ${object.kind} is a patch; lint what kustomize renders`,
      });
    }
    return service ?? [];
  });
  return { pods, objects, notes };
}

/** The folders of charts whose output is in the project too: `# Source: shop/templates/api.yaml`. */
function renderedFrom(files: readonly TextFile[]): ReadonlySet<string> {
  return new Set(
    files.flatMap(({ text }) =>
      text.includes('# Source: ')
        ? Array.from(text.matchAll(/^# Source: (?:[^\s]*\/)?([\w.-]+)\/templates\//gm), ([, chart = '']) => chart)
        : [],
    ),
  );
}

function chartFolder({ file }: TextFile): string {
  return (
    file
      .slice(0, Math.max(0, file.lastIndexOf('/templates/')))
      .split('/')
      .at(-1) ?? ''
  );
}

/** `kind: List` holds others. */
function itemsOf(document: ManifestDocument): ManifestDocument[] {
  const items: readonly Tree[] = document.tree.get('items')?.items() ?? [];
  return items.length === 0 ? [document] : items.map((tree) => ({ ...document, tree }));
}
