import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countOf } from '../../../src/declarations/manifests/values.ts';
import { readProject as read } from '../../helpers/manifests.ts';

const deployment = (name: string, spec: string, env = '') => `resource "kubernetes_deployment_v1" "${name}" {
  metadata { name = "${name}" }
  spec {
    ${spec}
    template {
      spec {
        container {
          name  = "app"
          image = "registry.example/\${var.image}"
          ${env}
        }
      }
    }
  }
}
`;

describe('files of Terraform', () => {
  it('start what their resources say, with variables, locals and what a module is given', () => {
    const { service } = read({
      'main.tf': `module "shop" {
  source  = "./modules/shop"
  workers = var.workers
}
variable "workers" { default = 3 }
`,
      'prod.auto.tfvars': 'workers = 12 # raised\n',
      'modules/shop/main.tf': `variable "workers" { type = number }
locals { pool = 9 }
${deployment('worker', 'replicas = var.workers\n    strategy { rolling_update { max_surge = "50%" } }', 'env {\n name = "DB_POOL_MAX"\n value = local.pool\n }\n env { name = "A" }')}`,
    });
    const worker = service('worker');
    expect([worker?.kind, countOf(worker?.most), worker?.surge]).toEqual([
      'Deployment',
      12,
      { kind: 'percent', percent: 50, rounds: 'up' },
    ]);
    expect(worker?.most.origins.map(({ place }) => `${place?.file}:${place?.line}`)).toContain('prod.auto.tfvars:1');
    expect(worker?.env.get('DB_POOL_MAX')).toMatchObject({ value: '9' });
  });

  it('do not know what is worked out when they are applied, and say what', () => {
    const { service } = read({
      'main.tf': `${deployment('a', 'replicas = var.nowhere')}${deployment('b', 'replicas = ceil(1.5)')}`,
    });
    expect(service('a')?.most).toMatchObject({ kind: 'unknown', why: 'var.nowhere is known when it is applied' });
    expect(service('b')?.most).toMatchObject({ kind: 'unknown', why: 'it is worked out when it is applied' });
  });

  it('scale by their autoscaler', () => {
    const hpa =
      'resource "kubernetes_horizontal_pod_autoscaler_v2" "a" {\n  metadata { name = "a" }\n  spec {\n    min_replicas = 2\n    max_replicas = 40\n    scale_target_ref {\n      kind = "Deployment"\n      name = "a"\n    }\n  }\n}\n';
    const { service } = read({ 'main.tf': deployment('a', 'replicas = 3') + hpa });
    expect([countOf(service('a')?.replicas), countOf(service('a')?.most)]).toEqual([2, 40]);
  });
});

describe('a plan of Terraform', () => {
  const plan = JSON.stringify({
    format_version: '1.2',
    planned_values: {
      root_module: {
        child_modules: [
          {
            resources: [
              {
                address: 'module.m.kubernetes_deployment_v1.api["eu"]',
                type: 'kubernetes_deployment_v1',
                name: 'api',
                values: {
                  metadata: [{ name: 'api-eu' }],
                  spec: [
                    {
                      replicas: '8',
                      template: [
                        { spec: [{ container: [{ image: 'r/a:1', env: [{ name: 'DB_POOL_SIZE', value: '18' }] }] }] },
                      ],
                    },
                  ],
                },
              },
            ],
          },
        ],
      },
    },
    prior_state: { values: { root_module: { resources: [] } } },
  });

  it('wins over the files, and says where a value is written that it has', () => {
    const { services } = read({
      'plan.json': plan,
      'terraform.tfvars': 'db_pool_size = 18\n',
      'main.tf': deployment('api', 'replicas = 1'),
    });
    expect(services.map(({ name, most }) => [name, countOf(most)])).toEqual([['api-eu', 8]]);
    const pool = services[0]?.env.get('DB_POOL_SIZE');
    expect(pool?.origins[0]?.place).toMatchObject({ file: 'terraform.tfvars', line: 1 });
  });

  it('does not take a value for that of a file which has another one', () => {
    const { services } = read({ 'plan.json': plan, 'terraform.tfvars': 'db_pool_size = 20\n' });
    expect(services[0]?.env.get('DB_POOL_SIZE')?.origins[0]?.place?.file).toBe('plan.json');
  });
});

it('Terraform is a note at most, wherever it is cut or changed', () => {
  const text = deployment('a', `replicas = merge({a = [1, "x \${var.b}"]}, {})`, 'env { name = jsonencode({"a": 1}) }');
  fc.assert(
    fc.property(fc.nat(text.length), fc.nat(text.length), fc.string({ maxLength: 8 }), (from, to, middle) => {
      read({ 'main.tf': text.slice(0, from) + middle + text.slice(to) });
    }),
    { numRuns: 200 },
  );
  expect(read({ 'main.tf': `a = ${'['.repeat(50_000)}` }).services).toEqual([]);
});
