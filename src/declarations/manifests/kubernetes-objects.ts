import { folderOf } from '../code/paths.ts';
import type { Tree } from '../formats/tree.ts';
import type { Kustomizations } from './kustomize.ts';
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
  readonly #byKind = new Map<string, KubernetesObject[]>();
  readonly #byName = new Map<string, KubernetesObject[]>();
  /** For a kind that refers to others, what refers to each of them. */
  readonly #pointing = new Map<string, ReadonlyMap<string, readonly KubernetesObject[]>>();
  #selecting: ReadonlyMap<string, readonly KubernetesObject[]> | undefined;

  /** What kustomize makes of them. */
  readonly kustomizations: Kustomizations | undefined;

  constructor(documents: readonly ManifestDocument[], kustomizations?: Kustomizations) {
    this.kustomizations = kustomizations;
    this.#objects = documents.flatMap((document): KubernetesObject[] => {
      const kind = textAt(document.tree.get('kind'));
      const name = textAt(document.tree.get('metadata', 'name'));
      if (kind === undefined || name === undefined) return [];
      const namespace = textAt(document.tree.get('metadata', 'namespace'));
      return [{ kind, name, namespace, document, release: releaseOf(document) }];
    });
    for (const object of this.#objects) {
      add(this.#byName, `${object.kind}/${object.name}`, object);
      add(this.#byKind, object.kind, object);
    }
  }

  /** In the order of the files. */
  all(kinds: readonly string[]): readonly KubernetesObject[] {
    const [only, other] = kinds;
    if (only !== undefined && other === undefined) return this.#byKind.get(only) ?? [];
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
    const index = this.#pointing.get(kind) ?? this.#indexed(kind, target);
    this.#pointing.set(kind, index);
    const all = index.get(`${to.kind}/${to.name}/${to.namespace}`) ?? [];
    const same = all.filter(({ release }) => release === to.release);
    return [...(same.length > 0 ? same : all)];
  }

  #indexed(kind: string, target: (tree: Tree) => { kind?: string; name?: string }) {
    const index = new Map<string, KubernetesObject[]>();
    for (const object of this.all([kind])) {
      const { kind: targetKind = 'Deployment', name } = target(object.document.tree);
      add(index, `${targetKind}/${name}/${object.namespace}`, object);
    }
    return index;
  }

  /** The Services that may select pods with one of these labels in a namespace: those whose first label is one of them. */
  servicesFor(
    labels: ReadonlyMap<string, string | undefined>,
    namespace: string | undefined,
  ): readonly KubernetesObject[] {
    this.#selecting ??= this.#services();
    const index = this.#selecting;
    return [...labels].flatMap(([key, value]) => index.get(`${namespace}/${key}=${value}`) ?? []);
  }

  #services() {
    const index = new Map<string, KubernetesObject[]>();
    for (const object of this.all(['Service'])) {
      const [first] = object.document.tree.get('spec', 'selector')?.fields() ?? [];
      if (first) add(index, `${object.namespace}/${first[0]}=${textAt(first[1])}`, object);
    }
    return index;
  }
}

function add<T>(map: Map<string, T[]>, key: string, value: T): void {
  const known = map.get(key);
  if (known) known.push(value);
  else map.set(key, [value]);
}

function releaseOf({ tree, file, release }: ManifestDocument): string {
  if (release !== undefined) return release;
  const label = textAt(tree.get('metadata', 'labels', 'app.kubernetes.io/instance'));
  return label === undefined ? `${folderOf(file)}/` : `${folderOf(file)}/ (release ${label})`;
}
