import { folderOf } from '../code/paths.ts';
import type { Tree } from '../formats/tree.ts';
import { type ManifestDocument, textAt } from './manifest-document.ts';

/** An object of a Kubernetes manifest. */
export interface KubernetesObject {
  readonly kind: string;
  readonly name: string;
  readonly namespace: string | undefined;
  readonly document: ManifestDocument;
  /** What is applied together: the Helm release, or else the files of a directory. */
  readonly release: string;
}

/** All objects of the project's manifests. A reference finds the one nearest by: overlays repeat names. */
export class KubernetesObjects {
  readonly #objects: readonly KubernetesObject[];
  readonly #byName = new Map<string, KubernetesObject[]>();

  constructor(documents: readonly ManifestDocument[]) {
    this.#objects = documents.flatMap((document) => {
      const kind = textAt(document.tree.get('kind'));
      const name = textAt(document.tree.get('metadata', 'name'));
      if (kind === undefined || name === undefined) return [];
      const namespace = textAt(document.tree.get('metadata', 'namespace'));
      return [{ kind, name, namespace, document, release: releaseOf(document) }];
    });
    for (const object of this.#objects) {
      const key = `${object.kind}/${object.name}`;
      this.#byName.set(key, [...(this.#byName.get(key) ?? []), object]);
    }
  }

  all(kinds: readonly string[]): readonly KubernetesObject[] {
    return this.#objects.filter(({ kind }) => kinds.includes(kind));
  }

  /** The object of that name in the same namespace, of the same release where several have it. */
  find(kind: string, name: string, from: KubernetesObject): KubernetesObject | undefined {
    const found = (this.#byName.get(`${kind}/${name}`) ?? []).filter(({ namespace }) => namespace === from.namespace);
    return found.find(({ release }) => release === from.release) ?? (found.length === 1 ? found[0] : undefined);
  }

  /** The objects that refer to this one, by what `target` makes of them. */
  pointingAt(
    kind: string,
    to: KubernetesObject,
    target: (tree: Tree) => { kind?: string; name?: string },
  ): KubernetesObject[] {
    const all = this.all([kind]).filter(({ document, namespace }) => {
      const { kind: targetKind = 'Deployment', name } = target(document.tree);
      return name === to.name && targetKind === to.kind && namespace === to.namespace;
    });
    const same = all.filter(({ release }) => release === to.release);
    return same.length > 0 ? same : all;
  }
}

function releaseOf({ tree, file }: ManifestDocument): string {
  const label = textAt(tree.get('metadata', 'labels', 'app.kubernetes.io/instance'));
  return label === undefined ? `${folderOf(file)}/` : `${folderOf(file)}/ (release ${label})`;
}
