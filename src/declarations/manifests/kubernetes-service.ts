import type { Tree } from '../formats/tree.ts';
import type { Resolved } from '../value.ts';
import { instancesOf } from './autoscaling.ts';
import type { Container } from './container.ts';
import { serverOf } from './database-server.ts';
import { containersOf } from './kubernetes-container.ts';
import type { KubernetesObject, KubernetesObjects } from './kubernetes-objects.ts';
import { textAt, valueAt } from './manifest-document.ts';
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

export const workloadKinds = ['Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob', 'Service'];

/** What a workload runs; undefined for a patch of kustomize, which names no image, and empty for what is no workload. */
export function kubernetesService(object: KubernetesObject, objects: KubernetesObjects): RunningPods[] | undefined {
  const { document, kind, name, namespace, release } = object;
  const isCloudRun = kind === 'Service';
  if (isCloudRun && !/^serving\.knative\.dev\//.test(textAt(document.tree.get('apiVersion')) ?? '')) return [];
  const spec = document.tree.get('spec');
  const pod = kind === 'CronJob' ? spec?.get('jobTemplate', 'spec', 'template') : spec?.get('template');
  const containers = containersOf(pod?.get('spec'), object, objects);
  if (!containers.some(({ image }) => image !== '')) return undefined;
  const servers = containers.flatMap((container) => serverOf(container) ?? []);
  const { replicas, most } = instancesOf(object, objects);
  const service: DeployedService = {
    name,
    kind: isCloudRun ? 'Cloud Run service' : (kind as ServiceKind),
    hosts: hostsOf(object, pod, objects),
    ...(namespace !== undefined && { namespace }),
    place: document.spanOf(document.tree.get('metadata', 'name')?.at ?? document.tree.at),
    replicas,
    most,
    surge: surgeOf(object),
    processes: processesOfPod(containers),
    // A variable of a later container does not reach the first; a name that only one has is that one's.
    env: new Map(containers.toReversed().flatMap(({ env }) => [...env])),
    command: containers[0]?.words ?? [],
    files: containers.flatMap(({ files }) => files),
    images: containers.map(({ image }) => image),
    builds: [],
    ...(servers[0] && { server: servers[0] }),
    release,
    ...(release.includes('(release ') && { upgradedWith: release }),
  };
  return [{ service, containers, object }];
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
  const selecting = objects.all(['Service']).filter((service) => {
    const selector = service.document.tree.get('spec', 'selector')?.fields() ?? [];
    const matches = selector.every(([key, value]) => labels.get(key) === textAt(value));
    return service.namespace === namespace && selector.length > 0 && matches;
  });
  const names = selecting.map((service) => service.name);
  return [...new Set(kind === 'StatefulSet' || kind === 'Service' ? [...names, name] : names)];
}

/** maxSurge of a Deployment, 25 % where it is not set; no other kind of workload starts pods above its number by default. */
function surgeOf(object: KubernetesObject): Surge {
  const { kind, document } = object;
  const spec = document.tree.get('spec');
  if (kind === 'Service') return cloudRunSurge(object);
  const strategy = spec?.get(kind === 'DaemonSet' ? 'updateStrategy' : 'strategy');
  const isRolling = kind === 'Deployment' || strategy?.get('rollingUpdate', 'maxSurge') !== undefined;
  if (!isRolling || textAt(strategy?.get('type')) === 'Recreate') return noSurge;
  const surge = valueAt(document, strategy?.get('rollingUpdate', 'maxSurge'), 'maxSurge') ?? known('25%');
  if (surge.kind === 'unknown') return { kind: 'unknown', why: surge.why };
  const [, number, percent] = /^(\d+)(%?)$/.exec(String(surge.value)) ?? [];
  if (number === undefined) return { kind: 'unknown', why: 'maxSurge is neither a number nor a percentage' };
  return percent === '%'
    ? { kind: 'percent', percent: Number(number), rounds: 'up' }
    : { kind: 'count', count: Number(number) };
}

/** A limit of the revision holds for the old and the new one each; that of the service for both, but for one that starts. */
function cloudRunSurge({ document }: KubernetesObject): Surge {
  const ofService = document.tree.get('metadata', 'annotations', 'run.googleapis.com/maxScale');
  return ofService ? { kind: 'count', count: 1 } : { kind: 'percent', percent: 100, rounds: 'up' };
}
