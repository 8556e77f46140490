import type { Tree } from '../formats/tree.ts';
import type { Resolved } from '../value.ts';
import { instancesOf } from './autoscaling.ts';
import { type Container, programsBeside } from './container.ts';
import { serverOf } from './database-server.ts';
import { containersOf } from './kubernetes-container.ts';
import type { KubernetesObject, KubernetesObjects } from './kubernetes-objects.ts';
import { textAt, valueAt } from './manifest-document.ts';
import { platformDefaults } from './platform-defaults.ts';
import { processesOf } from './processes.ts';
import type { DeployedService, ServiceKind } from './service.ts';
import { noSurge, type Surge } from './surge.ts';
import { known } from './values.ts';

/** A service of Kubernetes, with the containers of its pods. */
export interface RunningPods {
  readonly service: DeployedService;
  readonly containers: readonly Container[];
  readonly object: KubernetesObject;
}

export const workloadKinds = [
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'Rollout',
  'Job',
  'ScaledJob',
  'CronJob',
  'Service',
];

/** What a workload runs; undefined for a patch of kustomize, which names no image, and empty for what is no workload. */
export function kubernetesService(object: KubernetesObject, objects: KubernetesObjects): RunningPods[] | undefined {
  const { document, kind, name, namespace, release } = object;
  const isCloudRun = kind === 'Service';
  const group = groups[kind];
  if (group && !group.test(textAt(document.tree.get('apiVersion')) ?? '')) return [];
  if (isReplacedByRollout(object, objects) || isNoService(object)) return [];
  const pod = podOf(object, objects);
  const containers = containersOf(pod?.get('spec'), object, objects);
  if (!document.isWhole && !containers.some(({ image }) => image !== '')) return undefined;
  if (containers.length === 0) return [];
  // A job with the image of a server runs its clients.
  const servers = /Job$/.test(kind) ? [] : containers.flatMap((container) => serverOf(container) ?? []);
  const beside = programsBeside(containers);
  const { replicas, most, schedule, scaler } = instancesOf(object, objects);
  const service: DeployedService = {
    name,
    kind: isCloudRun ? 'Cloud Run service' : kind === 'ScaledJob' ? 'Job' : (kind as ServiceKind),
    hosts: hostsOf(object, pod, objects),
    ...(namespace !== undefined && { namespace }),
    place: document.spanOf(document.tree.get('metadata', 'name')?.at ?? document.tree.at),
    replicas,
    most,
    surge: surgeOf(object),
    ...(kind === 'Deployment' && replacementOf(object)),
    processes: processesOfPod(containers),
    // A variable of a later container does not reach the first; a name that only one has is that one's.
    env: new Map(containers.toReversed().flatMap(({ env }) => [...env])),
    ...(beside.length > 0 && { beside }),
    command: containers[0]?.words ?? [],
    files: containers.flatMap(({ files }) => files),
    images: containers.map(({ image }) => image),
    builds: [],
    ...(servers[0] && { server: servers[0] }),
    release,
    ...(release.includes('(release ') && { upgradedWith: release }),
    ...(schedule && { schedule }),
    ...(scaler && { scaler }),
    ...(isRolloutHook(object) && { duringRollout: true as const }),
  };
  return [{ service, containers, object }];
}

/** Kinds that other groups of the API have too. */
const groups: Readonly<Record<string, RegExp>> = {
  Service: /^serving\.knative\.dev\//,
  Rollout: /^argoproj\.io\//,
  ScaledJob: /^keda\.sh\//,
};

/** The template of its pods; a Rollout of Argo may take that of a Deployment. */
function podOf({ document, kind, ...rest }: KubernetesObject, objects: KubernetesObjects): Tree | undefined {
  const spec = document.tree.get('spec');
  if (kind === 'CronJob') return spec?.get('jobTemplate', 'spec', 'template');
  if (kind === 'ScaledJob') return spec?.get('jobTargetRef', 'template');
  const name = kind === 'Rollout' ? textAt(spec?.get('workloadRef', 'name')) : undefined;
  const workload = name === undefined ? undefined : objects.find('Deployment', name, { document, kind, ...rest });
  return workload ? workload.document.tree.get('spec', 'template') : spec?.get('template');
}

/** A Deployment whose pods a Rollout of Argo starts instead: it has none of its own, or is scaled down. */
function isReplacedByRollout(object: KubernetesObject, objects: KubernetesObjects): boolean {
  if (object.kind !== 'Deployment') return false;
  const reference = (tree: Tree) => tree.get('spec', 'workloadRef');
  const [rollout] = objects.pointingAt('Rollout', object, (tree) => {
    const name = textAt(reference(tree)?.get('name'));
    return name === undefined ? {} : { name };
  });
  const isScaledDown = /^(?:onsuccess|progressively)$/.test(
    (rollout && textAt(reference(rollout.document.tree)?.get('scaleDown'))) ?? '',
  );
  return rollout !== undefined && (isScaledDown || textAt(object.document.tree.get('spec', 'replicas')) === '0');
}

const hookAnnotations = ['helm.sh/hook', 'argocd.argoproj.io/hook'];

function hooksOf({ document }: KubernetesObject): readonly string[] {
  const annotations = document.tree.get('metadata', 'annotations');
  return hookAnnotations.flatMap((name) => (textAt(annotations?.get(name)) ?? '').split(/\s*,\s*/)).filter(Boolean);
}

/** A hook that runs while its release is installed, upgraded or rolled back. */
function isRolloutHook(object: KubernetesObject): boolean {
  return hooksOf(object).some((hook) =>
    /^(?:(?:pre|post)-(?:install|upgrade|rollback)|(?:Pre|Post)?Sync|SyncFail)$/.test(hook),
  );
}

/** A hook of another kind: a test of the chart, or what cleans up when it is taken away. */
function isNoService(object: KubernetesObject): boolean {
  return hooksOf(object).length > 0 && !isRolloutHook(object);
}

/** The most processes that one container has. */
function processesOfPod(containers: readonly Container[]): Resolved {
  const all = containers.map((container) => processesOf(container));
  const unclear = all.find(({ kind }) => kind === 'unknown');
  const most = all.reduce((a, b) => (numberOf(b) > numberOf(a) ? b : a));
  return unclear ?? most;
}

function numberOf(value: Resolved): number {
  return value.kind === 'known' ? Number(value.value) : 0;
}

/** The names of the Services that select its pods; a StatefulSet is also reached by its own. */
function hostsOf(
  { name, namespace, kind }: KubernetesObject,
  pod: Tree | undefined,
  objects: KubernetesObjects,
): string[] {
  const labels = new Map((pod?.get('metadata', 'labels')?.fields() ?? []).map(([key, value]) => [key, textAt(value)]));
  const selecting = objects.servicesFor(labels, namespace).filter((service) => {
    const selector = service.document.tree.get('spec', 'selector')?.fields() ?? [];
    return selector.every(([key, value]) => labels.get(key) === textAt(value));
  });
  const names = selecting.map((service) => service.name);
  return [...new Set(kind === 'StatefulSet' || kind === 'Service' ? [...names, name] : names)];
}

/** maxSurge of a Deployment or of a canary, or a second set of instances; other workloads start no pods above their number by default. */
function surgeOf(object: KubernetesObject): Surge {
  const { kind, document } = object;
  const spec = document.tree.get('spec');
  if (kind === 'Service') return cloudRunSurge(object);
  if (kind === 'Rollout') return rolloutSurge(object);
  const strategy = spec?.get(kind === 'DaemonSet' ? 'updateStrategy' : 'strategy');
  const isRolling = kind === 'Deployment' || strategy?.get('rollingUpdate', 'maxSurge') !== undefined;
  if (!isRolling || textAt(strategy?.get('type')) === 'Recreate') return noSurge;
  return surgeIn(document, strategy?.get('rollingUpdate', 'maxSurge'), platformDefaults.deploymentSurgePercent);
}

/** maxUnavailable of a Deployment, 25 % rounded down where it is not set; Recreate stops all and waits for them. */
function replacementOf({ document }: KubernetesObject): Pick<DeployedService, 'replacedAtOnce' | 'stopsFirst'> {
  const strategy = document.tree.get('spec', 'strategy');
  if (textAt(strategy?.get('type')) === 'Recreate')
    return { replacedAtOnce: { kind: 'percent', percent: 100, rounds: 'down' }, stopsFirst: true };
  const tree = strategy?.get('rollingUpdate', 'maxUnavailable');
  const replaced = surgeIn(document, tree, platformDefaults.deploymentSurgePercent);
  return { replacedAtOnce: replaced.kind === 'percent' ? { ...replaced, rounds: 'down' } : replaced };
}

function surgeIn(document: KubernetesObject['document'], tree: Tree | undefined, percentByDefault: number): Surge {
  const surge = valueAt(document, tree, 'maxSurge') ?? known(`${percentByDefault}%`);
  if (surge.kind === 'unknown') return { kind: 'unknown', why: surge.why };
  const [, number, percent] = /^(\d+)(%?)$/.exec(String(surge.value)) ?? [];
  if (number === undefined) return { kind: 'unknown', why: 'maxSurge is neither a number nor a percentage' };
  return percent === '%'
    ? { kind: 'percent', percent: Number(number), rounds: 'up' }
    : { kind: 'count', count: Number(number) };
}

/**
 * Argo Rollouts: blue/green runs a second set. So does a canary with traffic routing, which leaves the old pods at their
 * full number and uses no maxSurge; without it maxSurge bounds both together.
 */
function rolloutSurge({ document }: KubernetesObject): Surge {
  const canary = document.tree.get('spec', 'strategy', 'canary');
  const isRouted = canary?.get('trafficRouting') !== undefined && textAt(canary.get('dynamicStableScale')) !== 'true';
  const isBlueGreen = document.tree.get('spec', 'strategy', 'blueGreen') !== undefined;
  if (isBlueGreen || isRouted) return { kind: 'percent', percent: 100, rounds: 'up' };
  return surgeIn(document, canary?.get('maxSurge'), platformDefaults.canarySurgePercent);
}

/** A limit of the revision holds for the old and the new one each; that of the service for both, but for one that starts. */
function cloudRunSurge({ document }: KubernetesObject): Surge {
  const ofService = document.tree.get('metadata', 'annotations', 'run.googleapis.com/maxScale');
  return ofService ? { kind: 'count', count: 1 } : { kind: 'percent', percent: 100, rounds: 'up' };
}
