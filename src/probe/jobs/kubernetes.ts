import { PoolctlError } from '../../base/errors.ts';
import type { JobKind, ShardJob } from './kind.ts';
import { manifestDocument, manifestText } from './manifest.ts';
import { type ShardNeeds, shardNeeds } from './needs.ts';

/** A ConfigMap holds no more (MaxSecretSize in pkg/apis/core/types.go of kubernetes/kubernetes). */
const mostBytes = 2 ** 20;
/** The deadline runs from the moment at which the Job is made: for a node to be found and the image to be pulled. */
const startSeconds = 180;
const keptSeconds = 3_600;
const secret = { name: 'poolctl-probe', key: 'DATABASE_URL' } as const;

/** A Job with an index for each shard. `backoffLimitPerIndex` and `podReplacementPolicy` are there from Kubernetes 1.29 on. */
export const kubernetes: JobKind = {
  title: 'a ConfigMap with the plan, and an Indexed Job',
  write(job) {
    const planText = harmless(job.planText);
    const bytes = Buffer.byteLength(planText);
    if (bytes > mostBytes) {
      throw new PoolctlError(
        'VALUE_INVALID',
        `${job.planFile} has ${bytes} bytes, and a ConfigMap holds ${mostBytes}.`,
        {
          hint: 'The values of --var are in the plan: draw from fewer, or run the shards by --emit-job slurm or compose.',
        },
      );
    }
    const name = `poolctl-${job.plan.id}`;
    const labels = { 'app.kubernetes.io/name': 'poolctl-probe', 'app.kubernetes.io/instance': job.plan.id };
    const configMap = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name, labels },
      immutable: true,
      data: { 'plan.json': planText },
    };
    const needs = shardNeeds(job.plan);
    const spec = {
      ...jobSpec(job, needs),
      template: { metadata: { labels }, spec: podSpec(job, needs, { name, labels }) },
    };
    const manifest = { apiVersion: 'batch/v1', kind: 'Job', metadata: { name, labels }, spec };
    const documents = [
      manifestText(manifestDocument(configMap), manual(job, name)),
      manifestText(manifestDocument(manifest)),
    ];
    return documents.join('---\n');
  },
};

function jobSpec({ plan }: ShardJob, { longestMs }: ShardNeeds) {
  return {
    completionMode: 'Indexed',
    completions: plan.shards,
    // All at once: they wait for each other.
    parallelism: plan.shards,
    // What has run is over: a shard that came back would load the server at another time than the others.
    backoffLimitPerIndex: 0,
    // One that failed does not end the Job, which would delete the pods of the others and their logs: they stop by themselves.
    maxFailedIndexes: plan.shards,
    // Not before the old pod is gone, or two processes would be one shard.
    podReplacementPolicy: 'Failed',
    activeDeadlineSeconds: startSeconds + Math.ceil(longestMs / 1_000),
    ttlSecondsAfterFinished: keptSeconds,
  };
}

interface Names {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

function podSpec(job: ShardJob, { threads, graceSeconds }: ShardNeeds, { name, labels }: Names) {
  const { claim, image } = job;
  return {
    restartPolicy: 'Never',
    terminationGracePeriodSeconds: graceSeconds,
    automountServiceAccountToken: false,
    // A Service called poolctl would set variables called POOLCTL_….
    enableServiceLinks: false,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: 1_000,
      runAsGroup: 1_000,
      ...(claim !== undefined && { fsGroup: 1_000 }),
      seccompProfile: { type: 'RuntimeDefault' },
    },
    topologySpreadConstraints: [
      {
        maxSkew: 1,
        topologyKey: 'kubernetes.io/hostname',
        whenUnsatisfiable: 'ScheduleAnyway',
        labelSelector: { matchLabels: labels },
      },
    ],
    containers: [
      {
        name: 'probe',
        image,
        command: ['poolctl', 'probe', '--plan', '/plan/plan.json', '--no-progress', ...resultFlags(claim)],
        env: [{ name: 'DATABASE_URL', valueFrom: { secretKeyRef: secret } }],
        // No limit of the processor: a shard that is held back loads late.
        resources: { requests: { cpu: `${threads}`, memory: '256Mi' }, limits: { memory: '1Gi' } },
        securityContext: {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        },
        volumeMounts: [
          { name: 'plan', mountPath: '/plan', readOnly: true },
          ...(claim === undefined ? [] : [{ name: 'results', mountPath: '/results' }]),
        ],
      },
    ],
    volumes: [
      { name: 'plan', configMap: { name } },
      ...(claim === undefined ? [] : [{ name: 'results', persistentVolumeClaim: { claimName: claim } }]),
    ],
  };
}

/** Kubernetes puts the index in, from the variable that it gives every pod of such a Job. */
function resultFlags(claim: string | undefined): string[] {
  return claim === undefined ? ['--json'] : ['--save', '/results/shard-$(JOB_COMPLETION_INDEX).json'];
}

function manual({ plan, claim }: ShardJob, name: string): string[] {
  return [
    `Written by poolctl probe --emit-job kubernetes: ${plan.shards} shards of plan ${plan.id}.`,
    'For Kubernetes 1.29 or newer. The image is one that has poolctl in it.',
    '',
    'The DSN is in a Secret. probe.env has one line, DATABASE_URL=…, without quotes:',
    `  kubectl create secret generic ${secret.name} --from-env-file=probe.env`,
    'Run it. (apply would keep a copy of the plan in an annotation, which may be too small.)',
    '  kubectl create -f job.yaml',
    'Wait for its end, which may be a failure:',
    `  until kubectl get job ${name} -o jsonpath='{.status.conditions[*].type}' |`,
    "    grep -Ewq 'Complete|Failed'; do sleep 2; done",
    ...collecting(name, plan.shards, claim),
    'See what was measured:',
    '  poolctl report --shards shard-*.json',
    'Remove what is left:',
    '  kubectl delete --ignore-not-found -f job.yaml',
  ];
}

function collecting(name: string, shards: number, claim: string | undefined): string[] {
  if (claim !== undefined) {
    return [
      'Collect shard-*.json from the volume. Where the pods are on several nodes, it is one',
      'that all of them can write to (ReadWriteMany).',
    ];
  }
  return [
    `Collect the results within ${keptSeconds / 60} minutes, after which pods and logs are removed:`,
    `  for i in $(seq 0 ${shards - 1}); do`,
    '    kubectl logs --tail=-1 > shard-$((i + 1)).json -l \\',
    `      batch.kubernetes.io/job-name=${name},batch.kubernetes.io/job-completion-index=$i`,
    '  done',
  ];
}

/** The same JSON without what YAML takes for the end of a line, or refuses to read. */
function harmless(json: string): string {
  return json.replace(/\r\n?/g, '\n').replace(/[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}
