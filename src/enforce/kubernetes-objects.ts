import type { ServiceQuota } from '../budget/quota.ts';
import { checkName } from './names.ts';
import type { EnforceInput } from './target.ts';

export const kubernetesKinds = ['Deployment', 'StatefulSet', 'CronJob', 'Job', 'Rollout'] as const;
export type KubernetesKind = (typeof kubernetesKinds)[number];

/** An object of Kubernetes, and with how many instances the quotas of its service hold, on every server. */
export interface AdmittedObject {
  readonly kind: KubernetesKind;
  readonly name: string;
  readonly namespace: string;
  readonly mostInstances: number;
  readonly surgeInstances: number;
  /** The one that decides first: its row with the fewest instances. */
  readonly tightest: ServiceQuota;
  readonly quotas: readonly ServiceQuota[];
}

/**
 * The services that are objects of Kubernetes, by namespace, kind and name.
 * @throws PoolctlError VALUE_INVALID where a name is none of Kubernetes
 */
export function instancesByObject({ quotas }: EnforceInput): {
  readonly objects: readonly AdmittedObject[];
  readonly notes: readonly string[];
} {
  const byObject = new Map<string, { kind: KubernetesKind; rows: ServiceQuota[] }>();
  for (const quota of quotas) {
    const kind = kubernetesKindOf(quota.kind);
    if (!kind) continue;
    const key = `${namespaceOf(quota)}/${kind}/${objectNameOf(quota)}`;
    const found = byObject.get(key) ?? { kind, rows: [] };
    found.rows.push(quota);
    byObject.set(key, found);
  }
  const objects = [...byObject]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([, { kind, rows }]) => objectOf(kind, rows));
  const rest = quotas
    .filter((quota) => !kubernetesKindOf(quota.kind))
    .map(({ service, kind = 'of a kind that nobody says' }) => `${service} (${kind})`);
  const unplaced = objects.filter(({ quotas: rows }) => rows[0]?.namespace === undefined).map(({ name }) => name);
  return {
    objects,
    notes: [
      ...(rest.length > 0 ? [`Not objects of Kubernetes: ${[...new Set(rest)].join(', ')}.`] : []),
      ...(unplaced.length > 0
        ? [`No namespace is known of ${unplaced.join(', ')}: written for the namespace "default".`]
        : []),
    ],
  };
}

function objectOf(kind: KubernetesKind, rows: readonly ServiceQuota[]): AdmittedObject[] {
  const [tightest] = [...rows].sort(
    (one, other) => one.mostInstances - other.mostInstances || one.surgeInstances - other.surgeInstances,
  );
  if (!tightest) return [];
  const { mostInstances, surgeInstances } = tightest;
  const name = objectNameOf(tightest);
  const write = 'lower case letters, digits, "-" and ".", as the object is named';
  checkName('service', name, /^(?=.{1,240}$)[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/, 'Kubernetes', write);
  const namespace = namespaceOf(tightest);
  checkName('namespace', namespace, /^(?=.{1,63}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?$/, 'Kubernetes', write);
  return [{ kind, name, namespace, mostInstances, surgeInstances, tightest, quotas: rows }];
}

export function kubernetesKindOf(kind: string | undefined): KubernetesKind | undefined {
  return kubernetesKinds.find((known) => known === kind);
}

function objectNameOf({ service, objectName = service }: ServiceQuota): string {
  return objectName;
}

function namespaceOf({ namespace = 'default' }: ServiceQuota): string {
  return namespace;
}
