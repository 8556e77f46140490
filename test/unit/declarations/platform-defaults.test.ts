import { describe, expect, it } from 'vitest';
import { platformDefaults } from '../../../src/declarations/manifests/platform-defaults.ts';
import { platformProfile } from '../../../src/profiles/load.ts';

const rowsOf = async (id: string) => {
  const { rollouts = [], instances = [], concurrency } = await platformProfile(id);
  const rollout = (of: string) => rollouts.find((row) => row.of === of);
  const most = (of: string) => instances.find((row) => row.of === of);
  return { rollout, most, concurrency };
};

describe('what readers take where a manifest says nothing', () => {
  it('is what the profiles of the platforms say', async () => {
    const [kubernetes, argo, keda, ecs, lambda, azure] = await Promise.all(
      ['kubernetes', 'argo-rollouts', 'keda', 'ecs', 'lambda', 'azure-container-apps'].map(rowsOf),
    );
    expect(kubernetes?.rollout('Deployment (RollingUpdate)')?.surge).toBe(
      platformDefaults.deploymentSurgePercent / 100,
    );
    expect(argo?.rollout('Rollout (canary)')?.surge).toBe(platformDefaults.canarySurgePercent / 100);
    const scaled = keda?.most('ScaledObject, ScaledJob');
    expect([scaled?.least, scaled?.most]).toEqual([platformDefaults.kedaLeast, platformDefaults.kedaMost]);
    expect(1 + (ecs?.rollout('service (rolling update)')?.surge ?? 0)).toBe(platformDefaults.ecsMaximumPercent / 100);
    expect(lambda?.concurrency?.accountDefault).toBe(platformDefaults.lambdaAccountConcurrency);
    expect(azure?.most('revision')?.most).toBe(platformDefaults.containerAppsMost);
  });
});
