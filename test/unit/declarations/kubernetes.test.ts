import { describe, expect, it } from 'vitest';
import { surgeAt } from '../../../src/declarations/manifests/surge.ts';
import { countOf } from '../../../src/declarations/manifests/values.ts';
import { readProject as read } from '../../helpers/manifests.ts';

const pod = (more = '') => `template:
    metadata: { labels: { app: a } }
    spec: { ${more} containers: [{ name: a, image: "registry.example/a:1" }] }`;

const object = (kind: string, spec: string, { api = 'apps/v1', name = 'a', metadata = '' } = {}) => `---
apiVersion: ${api}
kind: ${kind}
metadata: { name: ${name}${metadata} }
spec:
  ${spec}
`;

const only = (text: string) => read({ 'k8s/all.yaml': text }).services[0];

describe('a Job', () => {
  const job = (spec: string, more = {}) => object('Job', `${spec}\n  ${pod()}`, { api: 'batch/v1', ...more });

  it.each([
    ['parallelism: 6', 6],
    ['parallelism: 6\n  completions: 2', 2],
    ['completions: 9', 1],
  ])('runs nothing in normal, and with %j so many pods', (spec, most) => {
    const found = only(job(spec));
    expect([countOf(found?.replicas), countOf(found?.most)]).toEqual([0, most]);
  });

  it.each([
    ['helm.sh/hook', '"pre-upgrade,pre-install"', 'while its release rolls out'],
    ['argocd.argoproj.io/hook', 'PreSync', 'while its release rolls out'],
    ['helm.sh/hook', 'test', 'never'],
    ['helm.sh/hook', 'pre-delete', 'never'],
    ['other', 'x', 'always'],
  ])('with the annotation %s: %s runs %s', (name, value, when) => {
    const found = only(job('parallelism: 1', { metadata: `, annotations: { "${name}": ${value} }` }));
    expect(found ? (found.duringRollout ? 'while its release rolls out' : 'always') : 'never').toBe(when);
  });
});

describe('a CronJob', () => {
  const cron = (spec: string, job = '') =>
    only(
      object(
        'CronJob',
        `${spec}\n  jobTemplate: { spec: { ${job} template: { spec: { containers: [{ name: a, image: "r/a:1" }] } } } }`,
        { api: 'batch/v1' },
      ),
    );

  it('has a schedule, and as many runs at once as its deadline lets overlap', () => {
    const found = cron(
      'schedule: "*/5 * * * *"\n  timeZone: Europe/Berlin',
      'activeDeadlineSeconds: 900, parallelism: 2,',
    );
    expect(found?.schedule).toMatchObject({
      ...{ cron: '*/5 * * * *', timeZone: 'Europe/Berlin', lastsMs: 900_000, overlaps: true },
      instances: { value: 2 },
    });
    expect([countOf(found?.replicas), countOf(found?.most)]).toEqual([2, 6]);
  });

  it('has no run beside another where that is forbidden, and an unknown number without a deadline', () => {
    const forbidden = cron('schedule: "0 3 * * *"\n  concurrencyPolicy: Forbid');
    expect([forbidden?.schedule?.overlaps, forbidden?.schedule?.lastsMs, countOf(forbidden?.most)]).toEqual([
      false,
      undefined,
      1,
    ]);
    expect(cron('schedule: "0 3 * * *"')?.most.kind).toBe('unknown');
  });

  it('that is suspended runs nothing', () => {
    expect(countOf(cron('schedule: "0 3 * * *"\n  suspend: true')?.most)).toBe(0);
  });
});

describe('a Rollout of Argo', () => {
  const rollout = (strategy: string, more = '') =>
    object('Rollout', `replicas: 10\n  ${more}\n  strategy: { ${strategy} }\n  ${pod()}`, {
      api: 'argoproj.io/v1alpha1',
    });

  it.each([
    ['canary: {}', 3],
    ['canary: { maxSurge: 1 }', 1],
    ['canary: { trafficRouting: { nginx: {} } }', 10],
    ['canary: { trafficRouting: { nginx: {} }, dynamicStableScale: true }', 3],
    ['blueGreen: { activeService: a }', 10],
  ])('with %s adds %i pods to 10', (strategy, extra) => {
    const found = only(rollout(strategy));
    expect(found && [found.kind, surgeAt(found.surge, 10)]).toEqual(['Rollout', extra]);
  });

  it('takes its pods from a Deployment, which then starts none', () => {
    const deployment = object('Deployment', `replicas: 0\n  ${pod()}`);
    const own = object(
      'Rollout',
      'replicas: 4\n  workloadRef: { apiVersion: apps/v1, kind: Deployment, name: a }\n  strategy: { canary: {} }',
      { api: 'argoproj.io/v1alpha1', name: 'ro' },
    );
    const { services } = read({ 'k8s/all.yaml': deployment + own });
    expect(services.map(({ name, most, images }) => [name, countOf(most), images])).toEqual([
      ['ro', 4, ['registry.example/a:1']],
    ]);
  });

  it('is scaled by its autoscaler', () => {
    const hpa = object('HorizontalPodAutoscaler', 'maxReplicas: 30\n  scaleTargetRef: { kind: Rollout, name: a }', {
      api: 'autoscaling/v2',
      name: 'h',
    });
    expect(countOf(only(rollout('canary: {}') + hpa)?.most)).toBe(30);
  });
});

describe('KEDA', () => {
  const scaled = (spec: string) =>
    object('ScaledObject', `scaleTargetRef: { name: a }\n  ${spec}`, { api: 'keda.sh/v1alpha1', name: 's' });

  it('starts up to 100 pods where nothing is set, and connects to the database for each trigger', () => {
    const triggers =
      'triggers: [{ type: postgresql, metadata: {} }, { type: postgresql, metadata: {} }, { type: cron, metadata: {} }]';
    const found = only(object('Deployment', pod()) + scaled(triggers));
    expect([countOf(found?.replicas), countOf(found?.most)]).toEqual([0, 100]);
    expect(found?.scaler).toMatchObject({ connections: 2, engine: 'postgres' });
  });

  it('starts a Job for each piece of work', () => {
    const found = only(
      object(
        'ScaledJob',
        'maxReplicaCount: 7\n  jobTargetRef: { parallelism: 2, template: { spec: { containers: [{ name: a, image: "r/a:1" }] } } }',
        { api: 'keda.sh/v1alpha1' },
      ),
    );
    expect([countOf(found?.replicas), countOf(found?.most)]).toEqual([0, 14]);
  });
});

it('a DaemonSet starts pods above its number only where maxSurge says so', () => {
  const surge = (spec: string) => only(object('DaemonSet', `${spec}\n  ${pod()}`))?.surge;
  expect(surge('')).toEqual({ kind: 'count', count: 0 });
  expect(surge('updateStrategy: { rollingUpdate: { maxSurge: "10%" } }')).toMatchObject({
    kind: 'percent',
    rounds: 'up',
  });
});

it('a sidecar among the first containers is one, and a container that ends before the others start is none', () => {
  const first = (restart: string) =>
    `initContainers: [{ name: i, image: "r/i:1", ${restart} env: [{ name: DB_POOL_MAX, value: "3" }] }],`;
  const found = (restart: string) => only(object('Deployment', pod(first(restart))))?.env.has('DB_POOL_MAX');
  expect([found('restartPolicy: Always,'), found('')]).toEqual([true, false]);
});
