import type { Tree } from '../formats/tree.ts';
import type { Resolved } from '../value.ts';
import type { Container, MountedFile } from './container.ts';
import { variablesInFiles } from './dotenv-files.ts';
import type { KubernetesObject, KubernetesObjects } from './kubernetes-objects.ts';
import { innerFile, type ManifestDocument, textAt, valueAt, wordsAt } from './manifest-document.ts';
import { unknown } from './values.ts';

/** The containers that run side by side in a pod: with those of initContainers that do not end (restartPolicy: Always). */
export function containersOf(pod: Tree | undefined, object: KubernetesObject, objects: KubernetesObjects): Container[] {
  const first = pod?.get('initContainers')?.items() ?? [];
  const sidecars = first.filter((tree) => textAt(tree.get('restartPolicy')) === 'Always');
  return [...(pod?.get('containers')?.items() ?? []), ...sidecars].map((tree): Container => {
    const { document } = object;
    const files = mounted(tree, pod, object, objects);
    return {
      name: textAt(tree.get('name')) ?? object.name,
      image: textAt(tree.get('image')) ?? '',
      place: document.spanOf(tree.get('name')?.at ?? tree.at),
      words: [...wordsAt(tree.get('command')), ...wordsAt(tree.get('args'))],
      env: new Map([
        ...variablesInFiles(files),
        ...fromSources(tree, object, objects),
        ...variables(tree, object, objects),
      ]),
      files,
    };
  });
}

/** `envFrom`: all of a ConfigMap. Those of a Secret are not known by name either. */
function fromSources(tree: Tree, object: KubernetesObject, objects: KubernetesObjects): [string, Resolved][] {
  return (tree.get('envFrom')?.items() ?? []).flatMap((source): [string, Resolved][] => {
    const name = textAt(source.get('configMapRef', 'name'));
    const map = name === undefined ? undefined : objects.find('ConfigMap', name, object);
    const prefix = textAt(source.get('prefix')) ?? '';
    if (map) return dataOf(map).flatMap(([key, field]) => entry(`${prefix}${key}`, map.document, field));
    const made = name === undefined ? undefined : objects.kustomizations?.variablesOf(name);
    return (made ?? []).map(([key, value]) => [`${prefix}${key}`, value]);
  });
}

function variables(tree: Tree, object: KubernetesObject, objects: KubernetesObjects): [string, Resolved][] {
  return (tree.get('env')?.items() ?? []).flatMap((item): [string, Resolved][] => {
    const name = textAt(item.get('name'));
    if (name === undefined) return [];
    const from = item.get('valueFrom');
    if (from === undefined) return entry(name, object.document, item.get('value'));
    const secret = textAt(from.get('secretKeyRef', 'name'));
    if (secret !== undefined) return [[name, unknown(`${name} is in the Secret ${secret}`)]];
    const [mapName, key] = [textAt(from.get('configMapKeyRef', 'name')), textAt(from.get('configMapKeyRef', 'key'))];
    const map = mapName === undefined ? undefined : objects.find('ConfigMap', mapName, object);
    const field = map && dataOf(map).find(([field]) => field === key)?.[1];
    if (map && field) return entry(name, map.document, field);
    const made = mapName === undefined ? undefined : objects.kustomizations?.variablesOf(mapName);
    const own = made?.find(([variable]) => variable === key)?.[1];
    if (own) return [[name, own]];
    return [
      [
        name,
        unknown(
          mapName === undefined
            ? `${name} is known when the pod runs`
            : `${name} is in the ConfigMap ${mapName}, which no file has`,
        ),
      ],
    ];
  });
}

function entry(name: string, document: ManifestDocument, tree: Tree | undefined): [string, Resolved][] {
  const value = valueAt(document, tree, name);
  if (value?.kind !== 'known') return value ? [[name, value]] : [];
  const text = String(value.value);
  return [
    [
      name,
      /\$\(\w+\)/.test(text) && !text.includes('://')
        ? unknown(`${name} refers to another variable`, ...value.origins)
        : { ...value, value: text },
    ],
  ];
}

function dataOf({ document }: KubernetesObject): readonly (readonly [string, Tree])[] {
  return document.tree.get('data')?.fields() ?? [];
}

/** Files of ConfigMaps that the container mounts, one by one or as a directory. */
function mounted(
  tree: Tree,
  pod: Tree | undefined,
  object: KubernetesObject,
  objects: KubernetesObjects,
): MountedFile[] {
  const volumes = new Map((pod?.get('volumes')?.items() ?? []).map((volume) => [textAt(volume.get('name')), volume]));
  return (tree.get('volumeMounts')?.items() ?? []).flatMap((mount) => {
    const volume = volumes.get(textAt(mount.get('name')));
    const name = textAt(volume?.get('configMap', 'name'));
    const map = name === undefined ? undefined : objects.find('ConfigMap', name, object);
    const [path = '', only] = [textAt(mount.get('mountPath')), textAt(mount.get('subPath'))];
    return map === undefined
      ? []
      : dataOf(map).flatMap(([key, field]) => {
          if (only !== undefined && only !== key) return [];
          return [innerFile(map.document, field, only === undefined ? `${path}/${key}` : path)];
        });
  });
}
