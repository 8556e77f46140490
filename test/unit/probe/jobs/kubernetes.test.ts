import fc from 'fast-check';
import { Job } from 'kubernetes-models/batch/v1/Job';
import { ConfigMap } from 'kubernetes-models/v1/ConfigMap';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { kubernetes } from '../../../../src/probe/jobs/kubernetes.ts';
import { type JobManifest, jobMistakes } from '../../../helpers/job-rules.ts';
import { shardJob } from '../../../helpers/shard-job.ts';

/** As kubectl reads it (YAML 1.1), and as newer tools do. */
const versions = ['1.1', '1.2'] as const;

interface Written {
  readonly map: { readonly metadata: { readonly name: string }; readonly data: Readonly<Record<string, string>> };
  readonly job: JobManifest;
}

function written(change: Parameters<typeof shardJob>[0] = {}, version: (typeof versions)[number] = '1.1'): Written {
  const documents = parseAllDocuments(kubernetes.write(shardJob(change)), { version });
  expect(documents.map(({ errors }) => errors)).toEqual([[], []]);
  const [map, job] = documents.map((document) => document.toJS());
  return { map, job };
}

const containerOf = ({ spec }: JobManifest) => {
  const [container] = spec.template.spec.containers;
  if (!container) throw new Error('There is no container.');
  return container;
};

describe('the Job of Kubernetes', () => {
  it.each([{}, { claim: 'results' }, { shards: 2 }, { shards: 64 }])('is one that the API takes: %j', (change) => {
    const { map, job } = written(change);
    new ConfigMap(map).validate();
    new Job(job as ConstructorParameters<typeof Job>[0]).validate();
    expect(jobMistakes(job)).toEqual([]);
  });

  it('runs every shard at once, once each, and lets none end the others', () => {
    expect(written({ shards: 5 }).job.spec).toMatchObject({
      completionMode: 'Indexed',
      completions: 5,
      parallelism: 5,
      backoffLimitPerIndex: 0,
      maxFailedIndexes: 5,
      podReplacementPolicy: 'Failed',
      template: { spec: { restartPolicy: 'Never' } },
    });
  });

  it('gives the shards the time to start, to wait for each other, to prepare, to load and to clean up', () => {
    // 180 s, 300 s, 4 s, 11.5 s and 60 s.
    expect(written().job.spec.activeDeadlineSeconds).toBe(556);
  });

  it('prints the results, or puts them on a volume', () => {
    expect(containerOf(written().job).command).toEqual([
      'poolctl',
      'probe',
      '--plan',
      '/plan/plan.json',
      '--no-progress',
      '--json',
    ]);
    const { command, volumeMounts } = containerOf(written({ claim: 'results' }).job);
    expect(command.slice(-2)).toEqual(['--save', '/results/shard-$(JOB_COMPLETION_INDEX).json']);
    expect(volumeMounts).toContainEqual({ name: 'results', mountPath: '/results' });
  });

  it('takes the DSN from a Secret', () => {
    expect(containerOf(written().job).env).toEqual([
      { name: 'DATABASE_URL', valueFrom: { secretKeyRef: { name: 'poolctl-probe', key: 'DATABASE_URL' } } },
    ]);
  });

  it('holds the plan, and names, as they are, whatever stands in them', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('on', '1_0', '1:30', '- a\n  # b: c', '\u0085\u2028', ' \n x'),
    );
    const property = fc.property(text, text, fc.constantFrom(...versions), (statement, image, version) => {
      const planText = JSON.stringify({ statement }, undefined, 2);
      const { map, job } = written({ planText, image, claim: image }, version);
      expect(JSON.parse(map.data['plan.json'] ?? '')).toEqual({ statement });
      expect(containerOf(job)).toMatchObject({ image });
      expect(job.spec.template.spec.volumes).toContainEqual({
        name: 'results',
        persistentVolumeClaim: { claimName: image },
      });
    });
    fc.assert(property, { numRuns: 25 });
  });

  it('refuses a plan that no ConfigMap holds', () => {
    const planText = JSON.stringify({ values: 'x'.repeat(2 ** 20) });
    const refused = /^plan\.json has \d+ bytes, and a ConfigMap holds 1048576\.$/;
    expect(() => kubernetes.write(shardJob({ planText }))).toThrow(refused);
  });
});

describe('the rules of the API server', () => {
  const { job } = written();
  const changed = (spec: object) => jobMistakes({ ...job, spec: { ...job.spec, ...spec } } as JobManifest);
  const restarted = {
    template: { ...job.spec.template, spec: { ...job.spec.template.spec, restartPolicy: 'OnFailure' } },
  };
  const policy = { podFailurePolicy: { rules: [{ action: 'FailIndex' }] } };

  it.each([
    ['backoffLimitPerIndex needs Indexed', { completionMode: 'NonIndexed' }],
    ['backoffLimitPerIndex needs restartPolicy Never', restarted],
    ['maxFailedIndexes is at most completions', { maxFailedIndexes: 4 }],
    ['podFailurePolicy needs podReplacementPolicy Failed', { ...policy, podReplacementPolicy: 'TerminatingOrFailed' }],
    [
      'FailIndex needs backoffLimitPerIndex',
      { ...policy, backoffLimitPerIndex: undefined, maxFailedIndexes: undefined },
    ],
  ])('find that %s', (rule, spec) => {
    expect(changed(spec)).toEqual([rule]);
  });
});
