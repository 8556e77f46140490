import type { Tree } from '../formats/tree.ts';
import type { Resolved } from '../value.ts';
import type { KubernetesObject, KubernetesObjects } from './kubernetes-objects.ts';
import { textAt, valueAt } from './manifest-document.ts';
import { platformDefaults } from './platform-defaults.ts';
import type { RunSchedule, ScalerConnections } from './service.ts';
import { countOf, inManifest, known, unknown } from './values.ts';

interface Instances {
  readonly replicas: Resolved;
  readonly most: Resolved;
  readonly schedule?: RunSchedule;
  readonly scaler?: ScalerConnections;
}

/** Instances of a workload: its autoscaler's least and most where it has one, whatever `replicas` says, or as declared. */
export function instancesOf(object: KubernetesObject, objects: KubernetesObjects): Instances {
  const { kind, document } = object;
  const at = (tree: Tree | undefined, what: string) => number(valueAt(document, tree, what));
  const same = (value: Resolved): Instances => ({ replicas: value, most: value });
  const spec = document.tree.get('spec');
  if (kind === 'DaemonSet') return same(unknown('one on each node (DaemonSet)'));
  if (kind === 'Service') return cloudRun(object);
  if (kind === 'Job') return { replicas: known(0, onDemand), most: podsAtOnce(object, spec) };
  if (kind === 'ScaledJob') return scaledJob(object);
  if (kind === 'CronJob') return cronJob(object);
  const scaled = autoscaled(object, objects);
  const written = objects.kustomizations?.replicasOf(object.name) ?? at(spec?.get('replicas'), 'replicas');
  return scaled ?? same(number(written) ?? byDefault(1, 'replicas'));
}

function autoscaled(object: KubernetesObject, objects: KubernetesObjects): Instances | undefined {
  const target = (tree: Tree) => {
    const reference = tree.get('spec', 'scaleTargetRef');
    const [kind, name] = [textAt(reference?.get('kind')), textAt(reference?.get('name'))];
    return { ...(kind !== undefined && { kind }), ...(name !== undefined && { name }) };
  };
  const [hpa] = objects.pointingAt('HorizontalPodAutoscaler', object, target);
  const [keda] = objects.pointingAt('ScaledObject', object, target);
  // The default of minReplicas in autoscaling/v2.
  if (hpa) return range(hpa, { least: 'minReplicas', most: 'maxReplicas' }, { least: 1 });
  return keda && { ...range(keda, kedaKeys, kedaDefaults), ...scalerOf(keda) };
}

const kedaKeys = { least: 'minReplicaCount', most: 'maxReplicaCount' };
const kedaDefaults = { least: platformDefaults.kedaLeast, most: platformDefaults.kedaMost };

/** KEDA holds a connection for each trigger that asks a database. */
function scalerOf({ document }: KubernetesObject): { scaler?: ScalerConnections } {
  const triggers = document.tree.get('spec', 'triggers');
  const asking = (triggers?.items() ?? []).map((trigger) => textAt(trigger.get('type')) ?? '');
  const engine = asking.includes('postgresql') ? 'postgres' : 'mysql';
  const connections = asking.filter((type) => type === (engine === 'postgres' ? 'postgresql' : 'mysql')).length;
  if (!triggers || connections === 0) return {};
  return { scaler: { connections, engine, place: document.spanOf(triggers.keyAt ?? triggers.at) } };
}

/** KEDA starts a Job for each piece of work, up to its most. */
function scaledJob(object: KubernetesObject): Instances {
  const { most, ...rest } = range(object, kedaKeys, kedaDefaults);
  const pods = podsAtOnce(object, object.document.tree.get('spec', 'jobTargetRef'));
  const [jobs, each] = [countOf(most), countOf(pods)];
  const total = jobs === undefined || each === undefined ? pods : { ...most, value: jobs * each };
  return { ...rest, ...scalerOf(object), most: each === 1 ? most : total };
}

const onDemand = { kind: 'default', text: 'none, but when the Job is started' } as const;

/** Pods of a Job at a time: no more than are left to complete. */
function podsAtOnce({ document }: KubernetesObject, spec: Tree | undefined): Resolved {
  const pods = number(valueAt(document, spec?.get('parallelism'), 'parallelism')) ?? byDefault(1, 'parallelism');
  const completions = number(valueAt(document, spec?.get('completions'), 'completions'));
  const [most, left] = [countOf(pods), countOf(completions)];
  return completions && most !== undefined && left !== undefined && left < most ? completions : pods;
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
function cronJob(object: KubernetesObject): Instances {
  const { document } = object;
  const spec = document.tree.get('spec');
  const job = spec?.get('jobTemplate', 'spec');
  const pods = podsAtOnce(object, job);
  const overlaps = (textAt(spec?.get('concurrencyPolicy')) ?? 'Allow') === 'Allow';
  const cron = textAt(spec?.get('schedule')) ?? '';
  const deadline = job?.get('activeDeadlineSeconds') ?? job?.get('template', 'spec', 'activeDeadlineSeconds');
  const seconds = countOf(valueAt(document, deadline, 'activeDeadlineSeconds'));
  const zone = textAt(spec?.get('timeZone'));
  const schedule: RunSchedule = {
    cron,
    ...(zone !== undefined && { timeZone: zone }),
    ...(seconds !== undefined && { lastsMs: seconds * 1_000 }),
    overlaps,
    instances: pods,
  };
  if (textAt(spec?.get('suspend')) === 'true') {
    const none = known(0, inManifest('suspend', document.spanOf(spec?.get('suspend')?.at ?? document.tree.at)));
    return { replicas: none, most: none };
  }
  const parallelism = countOf(pods);
  if (parallelism === undefined || !overlaps) return { replicas: pods, most: pods, schedule };
  const everyMs = intervalMs(cron);
  if (seconds === undefined || everyMs === undefined) {
    const why = 'runs may overlap (concurrencyPolicy: Allow), and nothing says how long one lasts';
    return { replicas: pods, most: unknown(why), schedule };
  }
  const runs = Math.max(1, Math.ceil((seconds * 1_000) / everyMs));
  const place = document.spanOf(deadline?.at ?? document.tree.at);
  const most = known(runs * parallelism, inManifest('activeDeadlineSeconds', place));
  return { replicas: pods, most, schedule };
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
