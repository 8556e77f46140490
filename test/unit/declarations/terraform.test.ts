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

describe('services of clouds in files of Terraform', () => {
  it('are those of ECS, tied by their references', () => {
    const { service } = read({
      'ecs.tf': `resource "aws_ecs_task_definition" "api" {
  family = "shop-api"
  container_definitions = jsonencode([{
    name = "api", image = "r/api:1"
    environment = [{ name = "DB_POOL_MAX", value = "16" }]
  }])
}
resource "aws_ecs_service" "web" {
  name            = "web"
  task_definition = aws_ecs_task_definition.api.arn
  desired_count   = 4
  deployment_maximum_percent = 150
}
resource "aws_appautoscaling_target" "web" {
  resource_id  = "service/\${aws_ecs_cluster.main.name}/\${aws_ecs_service.web.name}"
  min_capacity = 2
  max_capacity = 12
}
`,
    });
    const web = service('web');
    expect([web?.kind, countOf(web?.replicas), countOf(web?.most), web?.surge]).toEqual([
      ...['ECS service', 2, 12],
      { kind: 'percent', percent: 50, rounds: 'down' },
    ]);
    expect(web?.env.get('DB_POOL_MAX')).toMatchObject({ value: '16', origins: [{ place: { line: 5 } }] });
  });

  it('are those of a plan, where a task is a text of JSON', () => {
    const resource = (type: string, name: string, values: object) => ({
      address: `${type}.${name}`,
      type,
      name,
      values,
    });
    const definition = JSON.stringify([
      { name: 'api', image: 'r/api:1', environment: [{ name: 'DB_POOL_MAX', value: '9' }] },
    ]);
    const resources = [
      resource('aws_ecs_task_definition', 'api', { family: 'api', container_definitions: definition }),
      resource('aws_ecs_service', 'api', { name: 'api', desired_count: 3 }),
    ];
    const { service } = read({ 'plan.json': JSON.stringify({ planned_values: { root_module: { resources } } }) });
    expect([countOf(service('api')?.most), service('api')?.env.get('DB_POOL_MAX')]).toMatchObject([3, { value: '9' }]);
  });

  it('are functions, and containers with the defaults and limits of their platform', () => {
    const { service } = read({
      'apps.tf': `resource "aws_lambda_function" "pay" {
  function_name = "pay"
  reserved_concurrent_executions = 30
  environment { variables = { DB_POOL_MAX = "2" } }
}
resource "aws_lambda_function" "list" { function_name = "list" }
resource "google_cloud_run_v2_service" "web" {
  name = "web"
  template {
    scaling { max_instance_count = 5 }
    containers {
      image = "r/web:1"
      env {
        name  = "DB_POOL_MAX"
        value = "6"
      }
    }
  }
}
resource "azurerm_container_app" "app" {
  name = "app"
  template {
    container { image = "r/app:1" }
  }
}
`,
    });
    expect([
      countOf(service('pay')?.most),
      service('pay')?.sharesConcurrency,
      service('list')?.sharesConcurrency,
    ]).toEqual([30, undefined, true]);
    expect([countOf(service('web')?.most), service('web')?.surge]).toMatchObject([5, { percent: 100 }]);
    expect([service('web')?.env.get('DB_POOL_MAX'), countOf(service('app')?.most)]).toMatchObject([{ value: '6' }, 10]);
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
