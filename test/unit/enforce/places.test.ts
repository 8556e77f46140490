import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Ajv, type ValidateFunction } from 'ajv';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { enforced, quotaOf } from '../../helpers/enforce.ts';
import { findProgram } from '../../helpers/servers/find-program.ts';

const quotas = [
  quotaOf('api', 302, {
    pool: 12,
    mostInstances: 20,
    surgeInstances: 5,
    extras: 2,
    kind: 'Deployment',
    namespace: 'shop',
  }),
  quotaOf('api', 40, {
    server: 'replica',
    pool: 2,
    mostInstances: 16,
    surgeInstances: 4,
    kind: 'Deployment',
    namespace: 'shop',
  }),
  quotaOf('worker', 24, { pool: 12, mostInstances: 2, kind: 'Deployment', namespace: 'shop' }),
];

/** Runs a program on files in a folder of their own. Answers what it says, with its exit code. */
async function runOn(files: Readonly<Record<string, string>>, program: string, ...args: readonly string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'poolctl-enforce-'));
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    const { stdout, stderr } = await promisify(execFile)(program, args, { cwd: folder });
    return { code: 0, text: stdout + stderr };
  } catch (error) {
    const { code, stdout = '', stderr = '' } = error as { code: unknown; stdout?: string; stderr?: string };
    return { code, text: stdout + stderr };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('helm', () => {
  let valid: ValidateFunction;
  beforeAll(async () => {
    const { files } = await enforced('helm', quotas);
    valid = new Ajv({ strict: true }).compile(JSON.parse(files['api/values.schema.json'] ?? ''));
  });

  it('writes values that its own schema takes', async () => {
    const { files } = await enforced('helm', quotas);
    const values = parse(files['api/values.poolctl.yaml'] ?? '');
    expect(values).toEqual({
      poolctl: {
        mostInstances: 16,
        surgeInstances: 4,
        quotas: {
          orders: { connections: 302, pool: 12, processes: 1 },
          replica: { connections: 40, pool: 2, processes: 1 },
        },
      },
    });
    expect(valid(values)).toBe(true);
  });

  it.each([
    [{ replicaCount: 16, autoscaling: { maxReplicas: 16 }, image: { tag: 'x' } }, true],
    [{ replicaCount: 17 }, false],
    [{ autoscaling: { maxReplicas: 17 } }, false],
    [{ strategy: { rollingUpdate: { maxSurge: 4 } } }, true],
    [{ strategy: { rollingUpdate: { maxSurge: 5 } } }, false],
    [{ strategy: { rollingUpdate: { maxSurge: '25%' } } }, true],
    [{ strategy: { rollingUpdate: { maxSurge: '26%' } } }, false],
    [{ poolctl: { quotas: { replica: { pool: 3 } } } }, false],
  ])('holds %j to the quotas: %s', (values, isValid) => {
    expect(valid(values)).toBe(isValid);
  });
});

describe('terraform', () => {
  it('writes the quotas as values of its variable', async () => {
    const { files } = await enforced('terraform', quotas);
    const { poolctl_quotas: values } = JSON.parse(files['poolctl.auto.tfvars.json'] ?? '');
    expect(values.replica).toEqual({
      api: {
        ...{ connections: 40, role: 'api', pool: 2, processes: 1 },
        ...{ most_instances: 16, surge_instances: 4, extras: 0 },
      },
    });
    expect(files['poolctl.tf']).toContain('# orders: the quotas add up to 326 connections.');
  });

  const program = findProgram('terraform');
  const plans = describe.skipIf(program === undefined);
  plans(program ? 'run by Terraform' : 'run by Terraform (skipped: there is none)', () => {
    const plan = async (planned: unknown) => {
      const { files } = await enforced('terraform', quotas);
      const value = `poolctl_planned=${JSON.stringify(planned)}`;
      return runOn(files, program ?? '', 'plan', '-input=false', '-no-color', '-var', value);
    };

    it('plans what fits, and fails the plan of what does not, with the numbers', async () => {
      const fits = await plan({ api: { max: 16, surge: 4, pools: { replica: 2 } }, other: { max: 500 } });
      expect(fits).toMatchObject({ code: 0 });
      const over = await plan({ api: { max: 17 }, worker: { max: 2, pools: { orders: 13 } } });
      expect(over.code).toBe(1);
      const text = over.text.replace(/\s+/g, ' ');
      expect(text).toContain('api has 17 + 0, its quota on replica is for 16 + 4');
      expect(text).toContain('A pool is larger than the one that its quota was worked out with');
    });
  });
});

describe('opa', () => {
  it('writes the instances of each object as data', async () => {
    const { files } = await enforced('opa', quotas);
    expect(JSON.parse(files['data.json'] ?? '').poolctl.quotas).toEqual({
      'shop/Deployment/api': { most: 16, surge: 4, server: 'replica' },
      'shop/Deployment/worker': { most: 2, surge: 0, server: 'orders' },
    });
  });

  const program = findProgram('opa');
  it.skipIf(program === undefined)(
    `has tests of its own that hold${program ? '' : ' (skipped: there is no opa)'}`,
    async () => {
      expect(await runOn((await enforced('opa', quotas)).files, program ?? '', 'test', '.')).toMatchObject({ code: 0 });
    },
  );
});

it('the check at the start of a service is what docs/enforce.md shows, which is compiled strictly', async () => {
  const quota = quotaOf('api', 64, { pool: 8, mostInstances: 6, surgeInstances: 2 });
  const { files } = await enforced('startup-check', [quota]);
  const docs = readFileSync(new URL('../../../docs/enforce.md', import.meta.url), 'utf8');
  expect(docs).toContain(files['api.orders.ts'] ?? 'no file');
});

describe('every place', () => {
  const targets = ['sql', 'pgbouncer', 'admission-policy', 'opa', 'terraform', 'helm', 'startup-check'] as const;
  let written: Awaited<ReturnType<typeof enforced>>[];
  beforeAll(async () => {
    written = await Promise.all(targets.map((target) => enforced(target, quotas)));
  });

  it('writes the same text for the same quotas in another order', async () => {
    const turned = await Promise.all(targets.map((target) => enforced(target, quotas.toReversed())));
    expect(turned).toEqual(written);
  });

  it('says who wrote it', () => {
    const texts = written.flatMap(({ files }) => Object.values(files));
    expect(texts.filter((text) => !/Written by poolctl fleet|"poolctl_quotas"/.test(text))).toEqual([]);
  });

  it.each([
    ['a\u202eb', 'has a character that cannot be seen'],
    ['a\nb', 'has a character that cannot be seen'],
    [' ', 'has an empty name'],
  ])('refuses the service %j: it %s', async (service, said) => {
    for (const target of targets) {
      await expect(enforced(target, [quotaOf(service, 5)])).rejects.toMatchObject({
        code: 'VALUE_INVALID',
        message: expect.stringContaining(said),
      });
    }
  });

  it('refuses a server whose name leads out of the folder', async () => {
    const quota = quotaOf('api', 5, { server: '../../etc/cron.d/x' });
    for (const target of ['sql', 'startup-check'] as const) {
      await expect(enforced(target, [quota])).rejects.toMatchObject({ code: 'VALUE_INVALID' });
    }
  });
});
