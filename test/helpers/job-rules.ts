/** A Job of Kubernetes, as far as these rules look at it. */
export interface JobManifest {
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly completionMode?: string;
    readonly completions?: number;
    readonly parallelism?: number;
    readonly backoffLimitPerIndex?: number;
    readonly maxFailedIndexes?: number;
    readonly podReplacementPolicy?: string;
    readonly podFailurePolicy?: { readonly rules: readonly { readonly action: string }[] };
    readonly activeDeadlineSeconds?: number;
    readonly template: {
      readonly metadata: { readonly labels: Readonly<Record<string, string>> };
      readonly spec: {
        readonly restartPolicy?: string;
        readonly containers: readonly {
          readonly command: readonly string[];
          readonly env: readonly { readonly name: string }[];
          readonly volumeMounts?: readonly { readonly name: string }[];
        }[];
        readonly volumes?: readonly { readonly name: string }[];
      };
    };
  };
}

/**
 * What the API server refuses in a Job because its fields do not go together, and neither a schema nor kubectl sees
 * (ValidateJobSpec in pkg/apis/batch/validation of kubernetes/kubernetes, v1.34).
 */
export function jobMistakes({ metadata, spec }: JobManifest): string[] {
  const { template, podFailurePolicy, backoffLimitPerIndex, maxFailedIndexes, completions = 0 } = spec;
  const isIndexed = spec.completionMode === 'Indexed';
  const restart = template.spec.restartPolicy;
  const volumes = new Set(template.spec.volumes?.map(({ name }) => name));
  const mounts = template.spec.containers.flatMap(({ volumeMounts = [] }) => volumeMounts.map(({ name }) => name));
  const actions = podFailurePolicy?.rules.map(({ action }) => action) ?? [];
  const checks: readonly (readonly [isWrong: boolean, rule: string])[] = [
    [restart !== 'Never' && restart !== 'OnFailure', 'restartPolicy is Never or OnFailure'],
    [isIndexed && !(completions > 0), 'Indexed needs completions'],
    // Its pods are called NAME-INDEX-XXXXX, and their hosts NAME-INDEX: at most 63 characters.
    [
      isIndexed && `${metadata.name}-${completions - 1}`.length > 63,
      'the name of an Indexed Job leaves room for the index',
    ],
    [backoffLimitPerIndex !== undefined && !isIndexed, 'backoffLimitPerIndex needs Indexed'],
    [backoffLimitPerIndex !== undefined && restart !== 'Never', 'backoffLimitPerIndex needs restartPolicy Never'],
    [
      maxFailedIndexes !== undefined && backoffLimitPerIndex === undefined,
      'maxFailedIndexes needs backoffLimitPerIndex',
    ],
    [(maxFailedIndexes ?? 0) > completions, 'maxFailedIndexes is at most completions'],
    [actions.includes('FailIndex') && backoffLimitPerIndex === undefined, 'FailIndex needs backoffLimitPerIndex'],
    [podFailurePolicy !== undefined && restart !== 'Never', 'podFailurePolicy needs restartPolicy Never'],
    [
      podFailurePolicy !== undefined && (spec.podReplacementPolicy ?? 'Failed') !== 'Failed',
      'podFailurePolicy needs podReplacementPolicy Failed',
    ],
    [mounts.some((name) => !volumes.has(name)), 'every mount has a volume'],
  ];
  return checks.flatMap(([isWrong, rule]) => (isWrong ? [rule] : []));
}
