import { Environment } from '@marcbachmann/cel-js';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { enforced, quotaOf } from '../../helpers/enforce.ts';

const base = { kind: 'Deployment', namespace: 'shop', pool: 12, mostInstances: 20, surgeInstances: 5, quota: 300 };
const quotas = [
  quotaOf('api', 300, base),
  quotaOf('ledger', 30, { ...base, kind: 'StatefulSet', mostInstances: 3, surgeInstances: 0 }),
  quotaOf('report', 24, { ...base, kind: 'CronJob', mostInstances: 2, surgeInstances: 0 }),
  quotaOf('import', 24, { ...base, kind: 'Job', mostInstances: 2, surgeInstances: 0 }),
  quotaOf('web', 100, { ...base, kind: 'Rollout', mostInstances: 4, surgeInstances: 4 }),
];

interface Policy {
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly variables: readonly { readonly name: string; readonly expression: string }[];
    readonly validations: readonly { readonly expression: string; readonly messageExpression: string }[];
  };
}

const files = (await enforced('admission-policy', quotas)).files;
const documents = (file: string) => parseAllDocuments(files[file] ?? '').map((document) => document.toJS());
const policies = documents('2-policies.yaml').filter((one): one is Policy => one !== null);
const [quotaMap] = documents('1-quotas.yaml').filter((one) => one !== null);

/** As the API server does it: the variables in turn, then the validation. Answers the message, or undefined where it is allowed. */
function refusal(
  policy: string,
  object: unknown,
  { before = null, params = quotaMap, resource = '' }: { before?: unknown; params?: unknown; resource?: string } = {},
): string | undefined {
  const found = policies.find(({ metadata }) => metadata.name === `poolctl-quotas-${policy}`);
  if (!found) throw new Error(`no policy ${policy}`);
  const environment = new Environment({ unlistedVariablesAreDyn: true });
  const variables: Record<string, unknown> = {};
  const context = integers({
    ...{ object, oldObject: before, params, request: { resource: { resource } } },
    variables,
  }) as Record<string, unknown>;
  for (const { name, expression } of found.spec.variables) {
    (context['variables'] as Record<string, unknown>)[name] = environment.evaluate(expression, context);
  }
  const [validation] = found.spec.validations;
  if (environment.evaluate(validation?.expression ?? '', context)) return undefined;
  return String(environment.evaluate(validation?.messageExpression ?? '', context));
}

/** Whole numbers of JSON are int in CEL. */
function integers(value: unknown): unknown {
  if (typeof value === 'number') return BigInt(value);
  if (Array.isArray(value)) return value.map(integers);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, integers(part)]));
}

const deployment = (replicas?: number, strategy?: object, name = 'api') => ({
  metadata: { name },
  spec: { ...(replicas !== undefined && { replicas }), ...(strategy && { strategy }) },
});
const surge = (maxSurge: number | string) => ({ type: 'RollingUpdate', rollingUpdate: { maxSurge } });

describe('the policy of Deployments', () => {
  it.each([
    ['as many as the quota holds for', deployment(20)],
    ['25 % where no surge is written, rounded up', deployment(20, { type: 'RollingUpdate' })],
    ['a surge in a number', deployment(20, surge(5))],
    ['no surge with Recreate', deployment(20, { type: 'Recreate' })],
    ['no replicas written, which is one', deployment()],
    ['0 replicas, whatever the surge', deployment(0, surge(100))],
    ['a name that is not in the quotas', deployment(500, surge('100%'), 'other')],
  ])('lets through %s', (_what, object) => {
    expect(refusal('deployments', object)).toBeUndefined();
  });

  it.each([
    ['one instance too many', deployment(21, surge(0)), '21 instances and 0 more'],
    ['a larger surge', deployment(20, surge(6)), '20 instances and 6 more'],
    ['a surge of 26 %, which rounds up to 6', deployment(20, surge('26%')), '20 instances and 6 more'],
    ['all at once', deployment(13, surge('100%')), '13 instances and 13 more'],
    [
      'more instances with Recreate, which the surge does not cover',
      deployment(25, { type: 'Recreate' }),
      '25 instances',
    ],
  ])('refuses %s, and says the numbers', (_what, object, said) => {
    expect(refusal('deployments', object)).toContain(`Deployment.api asks for ${said}`);
  });

  it('lets an object that is over its quota be changed, but not grow', () => {
    expect(refusal('deployments', deployment(30), { before: deployment(30) })).toBeUndefined();
    expect(refusal('deployments', deployment(29), { before: deployment(30) })).toBeUndefined();
    expect(refusal('deployments', deployment(31), { before: deployment(30) })).toContain('31 instances');
    expect(refusal('deployments', deployment(30, surge('50%')), { before: deployment(30) })).toContain('15 more');
  });

  it('is only in force with its parameters: a map without data names nobody', () => {
    expect(refusal('deployments', deployment(500), { params: { metadata: {} } })).toBeUndefined();
    expect(files['3-bindings.yaml']).toContain('parameterNotFoundAction: Deny');
  });

  it('fails, and so refuses, where a value of the map is no number', () => {
    expect(() => refusal('deployments', deployment(1), { params: { data: { 'Deployment.api': 'many' } } })).toThrow();
  });
});

it('holds kubectl scale and autoscalers to the most instances', () => {
  const scale = (replicas?: number) => ({
    metadata: { name: 'api' },
    spec: replicas === undefined ? {} : { replicas },
  });
  const of = (resource: string) => ({ resource });
  expect(refusal('scale', scale(20), of('deployments'))).toBeUndefined();
  expect(refusal('scale', scale(), of('deployments'))).toBeUndefined();
  expect(refusal('scale', scale(21), of('deployments'))).toContain('Deployment.api asks for 21 instances');
  expect(refusal('scale', scale(21), of('statefulsets'))).toBeUndefined();
  expect(refusal('scale', scale(28), { ...of('deployments'), before: scale(30) })).toBeUndefined();
  const hpa = (maxReplicas: number, kind = 'Deployment') => ({
    metadata: { name: 'any' },
    spec: { maxReplicas, scaleTargetRef: { kind, name: kind === 'StatefulSet' ? 'ledger' : 'api' } },
  });
  expect(refusal('autoscalers', hpa(20))).toBeUndefined();
  expect(refusal('autoscalers', hpa(21))).toContain('holds for 20');
  expect(refusal('autoscalers', hpa(4, 'StatefulSet'))).toContain('StatefulSet.ledger asks for 4');
});

it('counts StatefulSets, Jobs, the parallel pods of a CronJob, and a second set of a blue-green Rollout', () => {
  const named = (name: string, spec: object) => ({ metadata: { name }, spec });
  expect(refusal('statefulsets', named('ledger', { replicas: 3 }))).toBeUndefined();
  expect(refusal('statefulsets', named('ledger', { replicas: 4 }))).toContain('asks for 4');
  expect(refusal('jobs', named('import', {}))).toBeUndefined();
  expect(refusal('jobs', named('import', { parallelism: 3 }))).toContain('asks for 3');
  const cronJob = (spec: object) => named('report', { jobTemplate: { spec } });
  expect(refusal('cronjobs', cronJob({}))).toBeUndefined();
  expect(refusal('cronjobs', cronJob({ parallelism: 3 }))).toContain('CronJob.report asks for 3');
  const rollout = (replicas: number, strategy: object) => named('web', { replicas, strategy });
  expect(refusal('rollouts', rollout(4, { blueGreen: {} }))).toBeUndefined();
  expect(refusal('rollouts', rollout(5, { canary: {} }))).toContain('5 instances and 2 more');
});

it('has a policy and a binding for each kind that the fleet has, in its namespaces, and no other', async () => {
  const only = await enforced('admission-policy', [quotaOf('report', 24, { kind: 'CronJob', namespace: 'night' })]);
  const names = (file: string) => [...(only.files[file] ?? '').matchAll(/^ {2}name: (.*)$/gm)].map(([, name]) => name);
  expect(names('2-policies.yaml')).toEqual(['poolctl-quotas-cronjobs']);
  expect(names('3-bindings.yaml')).toEqual(['poolctl-quotas-cronjobs']);
  expect(only.files['3-bindings.yaml']).toContain('values: ["night"]');
});

it('takes the tightest of several servers, says what is no object of Kubernetes, and refuses names that are none', async () => {
  const two = await enforced('admission-policy', [
    quotaOf('api', 300, base),
    quotaOf('API of the shop', 40, {
      ...base,
      objectName: 'api',
      server: 'replica',
      mostInstances: 8,
      surgeInstances: 2,
    }),
    quotaOf('lambda', 5, { kind: 'Lambda function' }),
  ]);
  expect(two.files['1-quotas.yaml']).toContain('Deployment.api: "8+2"');
  expect(two.notes).toEqual(['admission-policy: Not objects of Kubernetes: lambda (Lambda function).']);
  const bad = enforced('admission-policy', [quotaOf('Api "x"', 5, { kind: 'Deployment' })]);
  await expect(bad).rejects.toMatchObject({ code: 'VALUE_INVALID' });
});
