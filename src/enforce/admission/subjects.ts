import type { AdmittedObject, KubernetesKind } from '../kubernetes-objects.ts';

/** A kind of request that asks for instances, in CEL. */
export interface AdmissionSubject {
  readonly name: string;
  readonly says: string;
  readonly rule: {
    readonly apiGroups: readonly string[];
    readonly apiVersions: readonly string[];
    readonly operations: readonly string[];
    readonly resources: readonly string[];
  };
  /** The key in the ConfigMap. */
  readonly key: string;
  /** Instances that the object asks for; `object` or `oldObject`. */
  readonly instances: (object: string) => string;
  /** Instances that a roll-out of it adds, with the number of instances at hand; left out where the request does not say. */
  readonly surge?: (object: string, instances: string) => string;
}

/** What a fleet of these kinds needs: each kind, its scale, and autoscalers of it. */
export function subjectsOf(objects: readonly AdmittedObject[]): AdmissionSubject[] {
  const kinds = new Set(objects.map(({ kind }) => kind));
  return [
    ...Object.values(ofKind).filter(({ kind }) => kinds.has(kind)),
    ...scales.filter((one) => one.of(kinds)),
    ...autoscalers(kinds),
  ];
}

const write = ['CREATE', 'UPDATE'];
const named = (kind: KubernetesKind) => `'${kind}.' + (has(object.metadata.name) ? object.metadata.name : '')`;
const replicas = (object: string) => `has(${object}.spec.replicas) ? ${object}.spec.replicas : 1`;

/** ceil(n x maxSurge), as ResolveFenceposts in pkg/controller/deployment/util; 25 % where nothing is written. */
function maxSurge(rolling: string, place: string, instances: string): string {
  const share = (percent: string) => `(${instances} * ${percent} + 99) / 100`;
  return `!(${rolling}) ? ${share('25')}
  : type(${place}) == int ? ${place}
  : ${share(`int(string(${place}).split('%')[0])`)}`;
}

const ofKind: Readonly<Record<KubernetesKind, AdmissionSubject & { readonly kind: KubernetesKind }>> = {
  Deployment: {
    kind: 'Deployment',
    name: 'deployments',
    says: 'Deployments: replicas, and what maxSurge adds to them.',
    rule: { apiGroups: ['apps'], apiVersions: ['v1'], operations: write, resources: ['deployments'] },
    key: named('Deployment'),
    instances: replicas,
    surge: (object, instances) => {
      const strategy = `${object}.spec.strategy`;
      const rolling = `has(${strategy}) && has(${strategy}.rollingUpdate) && has(${strategy}.rollingUpdate.maxSurge)`;
      return `${instances} == 0 ? 0
  : has(${strategy}) && has(${strategy}.type) && ${strategy}.type == 'Recreate' ? 0
  : ${maxSurge(rolling, `${strategy}.rollingUpdate.maxSurge`, instances)}`;
    },
  },
  StatefulSet: {
    kind: 'StatefulSet',
    name: 'statefulsets',
    says: 'StatefulSets: a roll-out adds none.',
    rule: { apiGroups: ['apps'], apiVersions: ['v1'], operations: write, resources: ['statefulsets'] },
    key: named('StatefulSet'),
    instances: replicas,
  },
  CronJob: {
    kind: 'CronJob',
    name: 'cronjobs',
    says: 'CronJobs: the pods of one run. concurrencyPolicy Allow lets runs overlap, which no request shows.',
    rule: { apiGroups: ['batch'], apiVersions: ['v1'], operations: write, resources: ['cronjobs'] },
    key: named('CronJob'),
    instances: (object) => {
      const job = `${object}.spec.jobTemplate.spec`;
      return `has(${job}.parallelism) ? ${job}.parallelism : 1`;
    },
  },
  Job: {
    kind: 'Job',
    name: 'jobs',
    says: 'Jobs: parallelism.',
    rule: { apiGroups: ['batch'], apiVersions: ['v1'], operations: write, resources: ['jobs'] },
    key: named('Job'),
    instances: (object) => `has(${object}.spec.parallelism) ? ${object}.spec.parallelism : 1`,
  },
  Rollout: {
    kind: 'Rollout',
    name: 'rollouts',
    says: 'Rollouts of Argo: a second set for blue and green, or what maxSurge of the canary adds.',
    rule: { apiGroups: ['argoproj.io'], apiVersions: ['v1alpha1'], operations: write, resources: ['rollouts'] },
    key: named('Rollout'),
    instances: replicas,
    surge: (object, instances) => {
      const strategy = `${object}.spec.strategy`;
      const rolling = `has(${strategy}) && has(${strategy}.canary) && has(${strategy}.canary.maxSurge)`;
      return `${instances} == 0 ? 0
  : has(${strategy}) && has(${strategy}.blueGreen) ? ${instances}
  : ${maxSurge(rolling, `${strategy}.canary.maxSurge`, instances)}`;
    },
  },
};

/** `kubectl scale`, and what autoscalers do: 0 replicas are left out of the object. */
const scaled = (object: string) => `has(${object}.spec.replicas) ? ${object}.spec.replicas : 0`;

const scales: readonly (AdmissionSubject & { readonly of: (kinds: ReadonlySet<KubernetesKind>) => boolean })[] = [
  {
    of: (kinds) => kinds.has('Deployment') || kinds.has('StatefulSet'),
    name: 'scale',
    says: 'kubectl scale, and what an autoscaler does itself.',
    rule: {
      apiGroups: ['apps'],
      apiVersions: ['v1'],
      operations: ['UPDATE'],
      resources: ['deployments/scale', 'statefulsets/scale'],
    },
    key: `(request.resource.resource == 'deployments' ? 'Deployment.' : 'StatefulSet.') + object.metadata.name`,
    instances: scaled,
  },
  {
    of: (kinds) => kinds.has('Rollout'),
    name: 'rollouts-scale',
    says: 'The same for Rollouts of Argo.',
    rule: {
      apiGroups: ['argoproj.io'],
      apiVersions: ['v1alpha1'],
      operations: ['UPDATE'],
      resources: ['rollouts/scale'],
    },
    key: `'Rollout.' + object.metadata.name`,
    instances: scaled,
  },
];

function autoscalers(kinds: ReadonlySet<KubernetesKind>): AdmissionSubject[] {
  if (!kinds.has('Deployment') && !kinds.has('StatefulSet') && !kinds.has('Rollout')) return [];
  return [
    {
      name: 'autoscalers',
      says: 'HorizontalPodAutoscalers: maxReplicas. Those that KEDA makes are among them.',
      rule: {
        apiGroups: ['autoscaling'],
        apiVersions: ['v2'],
        operations: write,
        resources: ['horizontalpodautoscalers'],
      },
      key: `object.spec.scaleTargetRef.kind + '.' + object.spec.scaleTargetRef.name`,
      instances: (object) => `${object}.spec.maxReplicas`,
    },
  ];
}
