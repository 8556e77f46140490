import type { Tree } from '../formats/tree.ts';
import type { FileNote, TextFile } from '../text-file.ts';
import { KubernetesObjects } from './kubernetes-objects.ts';
import { kubernetesService, type RunningPods, workloadKinds } from './kubernetes-service.ts';
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
export function readKubernetes(files: readonly TextFile[]): {
  pods: readonly RunningPods[];
  objects: KubernetesObjects;
  notes: readonly FileNote[];
} {
  const notes: FileNote[] = [];
  const documents = files.filter(isKubernetesFile).flatMap((file) => {
    const found = manifestDocuments(file, (part) => kindLine.test(part));
    notes.push(...found.notes);
    return found.documents.flatMap((document) => itemsOf(document));
  });
  const objects = new KubernetesObjects(documents);
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

/** `kind: List` holds others. */
function itemsOf(document: ManifestDocument): ManifestDocument[] {
  const items: readonly Tree[] = document.tree.get('items')?.items() ?? [];
  return items.length === 0 ? [document] : items.map((tree) => ({ ...document, tree }));
}
