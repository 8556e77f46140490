import type { Tree } from '../formats/tree.ts';
import type { Resolved } from '../value.ts';
import type { KubernetesObject, KubernetesObjects } from './kubernetes-objects.ts';
import { textAt, valueAt } from './manifest-document.ts';
import { countOf, inManifest, known, unknown } from './values.ts';

interface Instances {
  readonly replicas: Resolved;
  readonly most: Resolved;
}

/** Instances of a workload: its autoscaler's least and most where it has one, whatever `replicas` says, or as declared. */
export function instancesOf(object: KubernetesObject, objects: KubernetesObjects): Instances {
  const { kind, document } = object;
  const at = (tree: Tree | undefined, what: string) => number(valueAt(document, tree, what));
  const same = (value: Resolved): Instances => ({ replicas: value, most: value });
  const spec = document.tree.get('spec');
  if (kind === 'DaemonSet') return same(unknown('one on each node (DaemonSet)'));
  if (kind === 'Service') return cloudRun(object);
  if (kind === 'Job') return same(at(spec?.get('parallelism'), 'parallelism') ?? byDefault(1, 'parallelism'));
  if (kind === 'CronJob') return cronJob(object);
  const scaled = autoscaled(object, objects);
  return scaled ?? same(at(spec?.get('replicas'), 'replicas') ?? byDefault(1, 'replicas'));
}

function autoscaled(object: KubernetesObject, objects: KubernetesObjects): Instances | undefined {
  const target = (tree: Tree) => {
    const reference = tree.get('spec', 'scaleTargetRef');
    const [kind, name] = [textAt(reference?.get('kind')), textAt(reference?.get('name'))];
    return { ...(kind !== undefined && { kind }), ...(name !== undefined && { name }) };
  };
  const [hpa] = objects.pointingAt('HorizontalPodAutoscaler', object, target);
  const [keda] = objects.pointingAt('ScaledObject', object, target);
  // Defaults: autoscaling/v2 has minReplicas 1; KEDA has minReplicaCount 0 and maxReplicaCount 100 (defaultHPAMaxReplicas).
  if (hpa) return range(hpa, { least: 'minReplicas', most: 'maxReplicas' }, { least: 1 });
  if (keda) return range(keda, { least: 'minReplicaCount', most: 'maxReplicaCount' }, { least: 0, most: 100 });
  return undefined;
}

function range(
  { document }: KubernetesObject,
  keys: { least: string; most: string },
  defaults: { least: number; most?: number },
): Instances {
  const at = (key: string) => number(valueAt(document, document.tree.get('spec', key), key));
  const most =
    at(keys.most) ??
    (defaults.most === undefined ? unknown(`${keys.most} is not set`) : byDefault(defaults.most, keys.most));
  return { replicas: at(keys.least) ?? byDefault(defaults.least, keys.least), most };
}

/** Cloud Run: the limit of a revision, or of the service; without either it is the quota of the project. */
function cloudRun({ document }: KubernetesObject): Instances {
  const at = (tree: Tree | undefined, what: string) => number(valueAt(document, tree, what));
  const revision = document.tree.get('spec', 'template', 'metadata', 'annotations');
  const service = document.tree.get('metadata', 'annotations');
  const [least, most] = ['autoscaling.knative.dev/minScale', 'autoscaling.knative.dev/maxScale'];
  return {
    replicas: at(revision?.get(least), 'minScale') ?? byDefault(0, 'minScale'),
    most:
      at(revision?.get(most), 'maxScale') ??
      at(service?.get('run.googleapis.com/maxScale'), 'maxScale') ??
      unknown('maxScale is not set: the quota of the project decides'),
  };
}

/** Runs that overlap: a run may last activeDeadlineSeconds, and the next ones start meanwhile unless it is forbidden. */
function cronJob({ document }: KubernetesObject): Instances {
  const spec = document.tree.get('spec');
  const job = spec?.get('jobTemplate', 'spec');
  const pods = number(valueAt(document, job?.get('parallelism'), 'parallelism')) ?? byDefault(1, 'parallelism');
  const parallelism = countOf(pods);
  if (parallelism === undefined) return { replicas: pods, most: pods };
  const policy = textAt(spec?.get('concurrencyPolicy')) ?? 'Allow';
  if (policy !== 'Allow') return { replicas: pods, most: pods };
  const everyMs = intervalMs(textAt(spec?.get('schedule')) ?? '');
  const deadline = job?.get('activeDeadlineSeconds');
  const deadlineMs = deadline ? Number(textAt(deadline)) * 1_000 : undefined;
  if (deadlineMs === undefined || everyMs === undefined || !Number.isFinite(deadlineMs)) {
    return {
      replicas: pods,
      most: unknown('runs may overlap (concurrencyPolicy: Allow), and nothing says how long one lasts'),
    };
  }
  const runs = Math.max(1, Math.ceil(deadlineMs / everyMs));
  const place = document.spanOf(deadline?.at ?? document.tree.at);
  return { replicas: pods, most: known(runs * parallelism, inManifest('activeDeadlineSeconds', place)) };
}

/** The time between two runs of the simple schedules: each n minutes or hours, each hour, each day. */
function intervalMs(schedule: string): number | undefined {
  const [minute = '', hour = '', ...rest] = schedule.trim().split(/\s+/);
  if (rest.length !== 3) return { '@hourly': 3_600_000, '@daily': 86_400_000, '@weekly': 604_800_000 }[schedule.trim()];
  const step = (field: string) => (field === '*' ? 1 : Number(/^\*\/(\d+)$/.exec(field)?.[1]));
  const [minutes, hours] = [step(minute), step(hour)];
  if (hour === '*' && minutes > 0) return minutes * 60_000;
  if (/^\d+$/.test(minute)) return hours > 0 ? hours * 3_600_000 : /^\d+$/.test(hour) ? 86_400_000 : undefined;
  return undefined;
}

function byDefault(value: number, what: string): Resolved {
  return known(value, { kind: 'default', text: `default of ${what}` });
}

function number(value: Resolved | undefined): Resolved | undefined {
  if (value?.kind !== 'known') return value;
  const count = countOf(value);
  return count === undefined ? unknown('it is no whole number', ...value.origins) : { ...value, value: count };
}
