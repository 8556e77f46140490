import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { kubernetes } from '../../src/probe/jobs/kubernetes.ts';
import { kubectlProgram, throughKubectl } from '../helpers/kubectl.ts';
import { isCi, Unavailable } from '../helpers/servers/engine.ts';
import { shardJob } from '../helpers/shard-job.ts';

const kubectl = await kubectlProgram().catch((error: unknown) => {
  if (!(error instanceof Unavailable) || isCi) throw error;
  return error;
});
const missing = kubectl instanceof Unavailable ? ` (skipped: ${kubectl.message})` : '';

describe.skipIf(missing !== '')(`the Job of Kubernetes, read by kubectl${missing}`, () => {
  const read = async (manifest: string, ...words: string[]) =>
    parseAllDocuments(await throughKubectl(`${kubectl}`, words, manifest)).map((one) => one.toJS());
  const setEnv = ['set', 'env', 'PROBED=yes'] as const;

  it.each([{}, { claim: 'results', planText: '{ "a": "on: # \u0085 "b"" }\n\n' }])(
    'has no field that its types do not know, and the same plan: %j',
    async (change) => {
      const manifest = kubernetes.write(shardJob(change));
      const [map, job] = parseAllDocuments(manifest, { version: '1.1' }).map((one) => one.toJS());
      job.spec.template.spec.containers[0].env.push({ name: 'PROBED', value: 'yes' });
      expect(await read(manifest, ...setEnv)).toMatchObject([job]);
      const [passedMap] = await read(manifest.split(/^---$/m)[0] ?? '', 'label', 'probed=yes');
      expect(passedMap).toMatchObject(map);
    },
  );

  it('would lose a field that is misspelt', async () => {
    const manifest = kubernetes.write(shardJob()).replace('backoffLimitPerIndex', 'backoffLimitPerindex');
    expect(await throughKubectl(`${kubectl}`, setEnv, manifest)).not.toMatch(/backoffLimitPer/i);
  });
});
