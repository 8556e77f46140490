/** What platforms do where a manifest says nothing; each figure with its source in profiles/platforms, to which a test holds them. */
export const platformDefaults = {
  /** kubernetes.yaml: maxSurge of a Deployment, rounded up. */
  deploymentSurgePercent: 25,
  /** argo-rollouts.yaml: maxSurge of a canary, rounded up. */
  canarySurgePercent: 25,
  /** keda.yaml: maxReplicaCount and minReplicaCount. */
  kedaMost: 100,
  kedaLeast: 0,
  /** ecs.yaml: maximumPercent, rounded down. */
  ecsMaximumPercent: 200,
  /** lambda.yaml: concurrent executions of an account in a region. */
  lambdaAccountConcurrency: 1_000,
  /** azure-container-apps.yaml: replicas of a revision. */
  containerAppsMost: 10,
} as const;
