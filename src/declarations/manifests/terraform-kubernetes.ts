import type { Tree } from '../formats/tree.ts';
import type { TerraformResource } from '../terraform/resource.ts';
import type { ManifestDocument } from './manifest-document.ts';

/** Resources of the Kubernetes provider, by the kind and the group that they make. */
const kinds: readonly (readonly [type: RegExp, kind: string, apiVersion: string])[] = [
  [/^kubernetes_deployment(?:_v1)?$/, 'Deployment', 'apps/v1'],
  [/^kubernetes_stateful_set(?:_v1)?$/, 'StatefulSet', 'apps/v1'],
  [/^kubernetes_daemon_?set(?:_v1)?$/, 'DaemonSet', 'apps/v1'],
  [/^kubernetes_job(?:_v1)?$/, 'Job', 'batch/v1'],
  [/^kubernetes_cron_job(?:_v1)?$/, 'CronJob', 'batch/v1'],
  [/^kubernetes_horizontal_pod_autoscaler(?:_v\w+)?$/, 'HorizontalPodAutoscaler', 'autoscaling/v2'],
  [/^kubernetes_config_map(?:_v1)?$/, 'ConfigMap', 'v1'],
  [/^kubernetes_service(?:_v1)?$/, 'Service', 'v1'],
];

/** The objects of Kubernetes that resources of Terraform make. */
export function kubernetesOfTerraform(resources: readonly TerraformResource[]): ManifestDocument[] {
  return resources.flatMap((resource) => {
    const { type, tree, file, spanOf, folder } = resource;
    const around = { ...file, spanOf, release: `${folder}/`, isWhole: true as const };
    if (type === 'kubernetes_manifest') {
      const manifest = tree.get('manifest');
      return manifest ? [{ ...around, tree: manifest }] : [];
    }
    const [, kind, apiVersion] = kinds.find(([pattern]) => pattern.test(type)) ?? [];
    return kind === undefined || apiVersion === undefined
      ? []
      : [{ ...around, tree: objectTree(resource, kind, apiVersion) }];
  });
}

/** A resource with the kind, the group and the name that its object has. */
function objectTree({ tree, name }: TerraformResource, kind: string, apiVersion: string): Tree {
  const plain = (value: string): Tree => ({ ...leaf, at: tree.at, value });
  const metadata = tree.get('metadata') ?? { ...leaf, at: tree.at };
  const named: Tree = {
    ...metadata,
    get: (first, ...rest) =>
      metadata.get(first ?? '', ...rest) ?? (first === 'name' && rest.length === 0 ? plain(name) : undefined),
  };
  const own: Readonly<Record<string, Tree>> = { kind: plain(kind), apiVersion: plain(apiVersion), metadata: named };
  return {
    ...tree,
    get: (first = '', ...rest) => {
      const mine = Object.hasOwn(own, first) ? own[first] : undefined;
      return mine ? (rest.length === 0 ? mine : mine.get(...rest)) : tree.get(first, ...rest);
    },
  };
}

const leaf: Omit<Tree, 'at'> = {
  value: undefined,
  style: 'other',
  get: () => undefined,
  fields: () => [],
  items: () => [],
};
