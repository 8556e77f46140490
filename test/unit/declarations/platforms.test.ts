import { describe, expect, it } from 'vitest';
import { surgeAt } from '../../../src/declarations/manifests/surge.ts';
import { countOf } from '../../../src/declarations/manifests/values.ts';
import { readProject } from '../../helpers/manifests.ts';

/** What a value comes to, or why it is not known. */
const shown = (value: { kind: string; value?: unknown; why?: string } | undefined) =>
  value?.kind === 'known' ? value.value : (value?.why ?? undefined);

describe('ECS', () => {
  const definition = {
    family: 'api',
    containerDefinitions: [
      {
        name: 'api',
        image: 'registry.example/api:1',
        command: ['node', 'server.js'],
        environment: [{ name: 'DB_POOL', value: '20' }],
        secrets: [{ name: 'DATABASE_URL', valueFrom: 'arn:aws:ssm:eu-west-1:1:parameter/url' }],
      },
    ],
  };
  const service = (more: object = {}) => ({ serviceName: 'web', taskDefinition: 'api:61', desiredCount: 4, ...more });
  const webOf = (more: object = {}, others: Readonly<Record<string, string>> = {}) =>
    readProject({
      'ecs/api.json': JSON.stringify(definition),
      'ecs/service.json': JSON.stringify(service(more)),
      ...others,
    }).service('web');

  it('is the service of a task definition, by its family, with variables and no secret', () => {
    const web = webOf();
    expect([web?.kind, countOf(web?.most), web?.command]).toEqual(['ECS service', 4, ['node', 'server.js']]);
    expect(shown(web?.env.get('DB_POOL'))).toBe('20');
    expect(shown(web?.env.get('DATABASE_URL'))).toBe('DATABASE_URL is in a secret of AWS');
  });

  it.each([
    ['twice as many while it rolls out, by default', {}, 4],
    ['what maximumPercent allows, rounded down', { deploymentConfiguration: { maximumPercent: 130 } }, 1],
    ['none above them', { deploymentConfiguration: { maximumPercent: 100 } }, 0],
    ['a second set', { deploymentConfiguration: { maximumPercent: 100, strategy: 'BLUE_GREEN' } }, 4],
    ['a second set by CodeDeploy', { deploymentController: { type: 'CODE_DEPLOY' } }, 4],
  ])('has %s', (_, more, extra) => {
    const web = webOf(more);
    expect(web && surgeAt(web.surge, 4)).toBe(extra);
  });

  it('has as many tasks as its scaling allows, whatever desiredCount says', () => {
    const web = webOf(
      {},
      {
        'ecs/scaling.json': JSON.stringify({
          ServiceNamespace: 'ecs',
          ResourceId: 'service/main/web',
          ScalableDimension: 'ecs:service:DesiredCount',
          MinCapacity: 2,
          MaxCapacity: 12,
        }),
      },
    );
    expect([countOf(web?.replicas), countOf(web?.most)]).toEqual([2, 12]);
  });

  it('runs an unknown number of times without a service', () => {
    const { service: named } = readProject({ 'ecs/api.json': JSON.stringify(definition) });
    expect(shown(named('api')?.most)).toBe('no file has its service');
  });
});

describe('functions', () => {
  it('of the Serverless Framework have variables of their provider, and run as often as is reserved', () => {
    const { service } = readProject({
      'functions/serverless.yml': `service: shop
provider:
  name: aws
  environment:
    DB_POOL: \${env:DB_POOL, '2'}
    STAGE: \${sls:stage}
functions:
  pay: { handler: src/pay.handler, reservedConcurrency: 30 }
  list: { handler: src/list.handler, environment: { DB_POOL: 1 } }
`,
    });
    expect([service('pay')?.kind, countOf(service('pay')?.most)]).toEqual(['Lambda function', 30]);
    expect(shown(service('pay')?.env.get('DB_POOL'))).toBe('2');
    expect(shown(service('pay')?.env.get('STAGE'))).toBe('STAGE is filled in when it is deployed');
    expect(String(shown(service('list')?.env.get('DB_POOL')))).toBe('1');
    expect(shown(service('list')?.most)).toMatch(/^no concurrency is reserved/);
    expect(service('list')?.builds).toEqual(['functions']);
  });

  it('of AWS SAM have the variables of Globals, and no other resource is one', () => {
    const { services, service } = readProject({
      'template.yaml': `AWSTemplateFormatVersion: '2010-09-09'
Transform: AWS::Serverless-2016-10-31
Globals:
  Function:
    Environment: { Variables: { DB_POOL: '3' } }
Resources:
  Pay:
    Type: AWS::Serverless::Function
    Properties:
      Handler: pay.handler
      ReservedConcurrentExecutions: 25
      Environment: { Variables: { TABLE: !Ref Orders } }
  Orders: { Type: AWS::DynamoDB::Table }
`,
    });
    expect(services.map(({ name }) => name)).toEqual(['Pay']);
    expect(countOf(service('Pay')?.most)).toBe(25);
    expect(shown(service('Pay')?.env.get('DB_POOL'))).toBe('3');
    expect(service('Pay')?.env.get('TABLE')?.kind).not.toBe('known');
  });

  it('of Vercel have no limit, and are called as their folder', () => {
    const { service } = readProject({ 'apps/shop/vercel.json': '{ "functions": { "api/*.ts": { "memory": 512 } } }' });
    expect(service('shop')?.kind).toBe('Vercel functions');
    expect(shown(service('shop')?.most)).toBe('Vercel has no limit to declare');
  });
});

describe('CloudNativePG', () => {
  const cluster = (parameters = '') => `apiVersion: postgresql.cnpg.io/v1
kind: Cluster
metadata: { name: main }
spec: { instances: 3, postgresql: { parameters: { ${parameters} } } }
`;
  const pooler = (spec = '') => `apiVersion: postgresql.cnpg.io/v1
kind: Pooler
metadata: { name: main-pooler }
spec: { cluster: { name: main }, instances: 2, ${spec} }
`;

  it('is a server under three names, with 100 connections where it does not say', () => {
    const { service } = readProject({ 'k8s/db.yaml': cluster() });
    expect(service('main')?.hosts).toEqual(['main-rw', 'main-r', 'main-ro']);
    expect(countOf(service('main')?.server?.maxConnections)).toBe(100);
  });

  it('has the limit of its parameters, which are texts', () => {
    const { service } = readProject({ 'k8s/db.yaml': cluster('max_connections: "250"') });
    expect(countOf(service('main')?.server?.maxConnections)).toBe(250);
  });

  it('has a PgBouncer in front, with its own settings or those of PgBouncer', () => {
    const own = 'type: ro, pgbouncer: { poolMode: transaction, parameters: { default_pool_size: "40" } }';
    const { poolers } = readProject({ 'k8s/db.yaml': `${cluster()}---\n${pooler(own)}` });
    const [found, ...others] = poolers;
    expect(others).toEqual([]);
    expect([shown(found?.mode), shown(found?.poolSize), shown(found?.clients)]).toEqual(['transaction', 40, 100]);
    expect(found?.databases).toMatchObject([{ name: '*', host: 'main-ro' }]);
    const [plain] = readProject({ 'k8s/db.yaml': pooler('pgbouncer: {}') }).poolers;
    expect([shown(plain?.mode), shown(plain?.poolSize)]).toEqual(['session', 20]);
    expect(plain?.databases).toMatchObject([{ host: 'main-rw' }]);
  });

  it('is no Cluster of another group', () => {
    const other = cluster().replace('postgresql.cnpg.io', 'cluster.x-k8s.io');
    expect(readProject({ 'k8s/db.yaml': other }).services).toEqual([]);
  });
});

describe('what helm template prints', () => {
  const rendered = (release: string, pool: number) => `---
# Source: api/templates/configmap.yaml
apiVersion: v1
kind: ConfigMap
metadata: { name: ${release}-api }
data: { DB_POOL: "${pool}" }
---
# Source: api/templates/deployment.yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${release}-api
  labels: { app.kubernetes.io/instance: ${release}, app.kubernetes.io/managed-by: Helm }
spec:
  replicas: 3
  selector: { matchLabels: { app: ${release}-api } }
  template:
    metadata: { labels: { app: ${release}-api } }
    spec:
      containers:
        - name: api
          image: registry.example/api:1
          envFrom: [{ configMapRef: { name: ${release}-api } }]
`;

  it('is read as what it will be, each release for itself', () => {
    const { service } = readProject({ 'rendered/all.yaml': rendered('blue', 7) + rendered('green', 9) });
    expect([countOf(service('blue-api')?.most), countOf(service('green-api')?.most)]).toEqual([3, 3]);
    expect(shown(service('blue-api')?.env.get('DB_POOL'))).toBe('7');
    expect(shown(service('green-api')?.env.get('DB_POOL'))).toBe('9');
    expect(service('blue-api')?.upgradedWith).not.toBe(service('green-api')?.upgradedWith);
  });

  it('is not what a template says before it is filled in', () => {
    const { services, notes } = readProject({
      'charts/api/templates/deployment.yaml': `apiVersion: apps/v1
kind: Deployment
metadata: { name: {{ include "api.name" . }} }
spec:
  replicas: {{ .Values.replicas }}
`,
    });
    expect(services).toEqual([]);
    expect(notes.length).toBeLessThan(2);
  });
});

describe('an ecosystem file of PM2', () => {
  const pm2 = (app: string) =>
    readProject({
      'importer/ecosystem.config.js': `// processes\nmodule.exports = {\n  apps: [{ name: 'importer', script: './dist/main.js', ${app} }], // one\n};\n`,
    }).service('importer');

  it.each([
    ['', 1],
    ["instances: 4, exec_mode: 'cluster'", 4],
    ["instances: '2'", 2],
    ["instances: 'max'", 'instances: max goes by the CPUs of the host'],
    ['instances: 0', 'instances: 0 goes by the CPUs of the host'],
    ['instances: require("os").cpus().length', 'instances is worked out when PM2 starts'],
  ])('with %j has processes: %s', (app, processes) => {
    expect(shown(pm2(app)?.processes)).toBe(processes);
  });

  it('has variables, those of production last, and its folder as its code', () => {
    const found = pm2("env: { DB_POOL_MAX: '3', A: 1 }, env_production: { A: 2 }");
    expect([shown(found?.env.get('DB_POOL_MAX')), shown(found?.env.get('A')), found?.builds]).toEqual([
      '3',
      2,
      ['importer'],
    ]);
    expect(found?.place).toMatchObject({ file: 'importer/ecosystem.config.js', line: 3 });
  });
});

describe('processes of a command', () => {
  const processes = (command: string) =>
    shown(
      readProject({ 'compose.yaml': `services:\n  a:\n    image: r/a:1\n    command: ${command}\n` }).service('a')
        ?.processes,
    );

  it.each([
    ['gunicorn -w 4 app:app', 4],
    ['celery -A app worker -c 6', 6],
    ['celery -A app worker -P gevent -c 100', 1],
    ['celery -A app beat', 1],
    ['celery -A app worker', 'celery starts one process for each CPU of its host'],
    ['pm2-runtime app.js -i max', 'the processes of pm2-runtime are not a number'],
  ])('%s: %s', (command, expected) => {
    expect(String(processes(command))).toBe(String(expected));
  });
});

describe('gunicorn with a file of settings', () => {
  const gunicorn = (settings: string, more = '', command = 'gunicorn app:app') =>
    shown(
      readProject({
        'compose.yaml': `services:\n  a:\n    build: ./web\n    command: ${command}\n${more}`,
        'web/gunicorn.conf.py': settings,
      }).service('a')?.processes,
    );

  it.each([
    ['workers = 6\n', 6],
    ['import os\nworkers = int(os.getenv("WORKERS", 3))\n', 3],
    ['bind = "0.0.0.0"\n', 1],
    [
      'import multiprocessing\nworkers = multiprocessing.cpu_count() * 2 + 1\n',
      'workers in web/gunicorn.conf.py is worked out when gunicorn starts',
    ],
  ])('%j: %s', (settings, expected) => {
    expect(gunicorn(settings)).toBe(expected);
  });

  it('has what its command and its variables say before that', () => {
    expect(String(gunicorn('workers = 6\n', '', 'gunicorn -w 2 app:app'))).toBe('2');
    expect(String(gunicorn('workers = 6\n', '    environment: { WEB_CONCURRENCY: 5 }\n'))).toBe('5');
    const own = 'import os\nworkers = int(os.environ["WORKERS"])\n';
    expect(gunicorn(own, '    environment: { WORKERS: 9 }\n')).toBe(9);
  });
});

it('a service of Go has the driver that its module requires', () => {
  const texts = { 'ingest/go.mod': 'module example.com/ingest\nrequire github.com/jackc/pgx/v5 v5.7.6\n' };
  const compose = 'services:\n  ingest: { image: r/ingest:1 }\n  other: { image: r/other:1 }\n';
  const { service } = readProject({ ...texts, 'compose.yaml': compose });
  expect([service('ingest')?.driver, service('other')?.driver]).toEqual(['pgxpool', undefined]);
});
