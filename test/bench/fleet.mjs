// How long `poolctl fleet` takes with hundreds of services on 30 servers, and how much memory, beside tools that read manifests
// of the same number. Run by people: `node test/bench/fleet.mjs [services] [rounds]`; the aims on a quiet machine: 500 services
// in less than 0.6 s and 150 MB, 5,000 in less than 5 s.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const [sizes, rounds] = [process.argv[2] ? [Number(process.argv[2])] : [500, 5_000], Number(process.argv[3] ?? 5)];
const servers = 30;
const program = fileURLToPath(new URL('../../bin/poolctl', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'poolctl-bench-'));

const server = (at) =>
  `host: pg-${at}.internal, engine: postgres, maxConnections: 90000, reserved: 3, budget: required`;

const deployment = (name) => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
  labels:
    app: ${name}
spec:
  replicas: 2
  selector:
    matchLabels:
      app: ${name}
  template:
    metadata:
      labels:
        app: ${name}
    spec:
      containers:
        - name: app
          image: registry.example/shop/${name}:1.0.0
          ports:
            - containerPort: 8080
          envFrom:
            - configMapRef:
                name: ${name}-env
          resources:
            requests: {cpu: 250m, memory: 256Mi}
            limits: {memory: 512Mi}
          readinessProbe:
            httpGet: {path: /healthz, port: 8080}
`;

const autoscaler = (name, at) => `apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: ${name}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: ${name}}
  minReplicas: 2
  maxReplicas: ${4 + (at % 7)}
  metrics:
    - type: Resource
      resource: {name: cpu, target: {type: Utilization, averageUtilization: 70}}
`;

const configMap = (name, at) => `apiVersion: v1
kind: ConfigMap
metadata:
  name: ${name}-env
data:
  DATABASE_URL: postgres://${name}@pg-${at % servers}.internal:5432/${name}?sslmode=require
  DB_POOL_MAX: "${4 + (at % 9)}"
  HTTP_ADDR: ":8080"
`;

function write(path, text) {
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, text);
}

const load = (at) => `load: {totalTps: ${10 + (at % 40)}, p95: 40ms}`;

/** A file a server and a service; or one fleet.yaml with all of them, beside the same manifests. */
function writeFleet(root, count) {
  const names = Array.from({ length: count }, (_, at) => `svc-${at}`);
  const each = Array.from({ length: servers }, (_, at) => at);
  for (const [at, name] of names.entries()) {
    const manifests = { deployment: deployment(name), hpa: autoscaler(name, at), configmap: configMap(name, at) };
    for (const [kind, text] of Object.entries(manifests)) {
      write(join(root, 'files/k8s', name, `${kind}.yaml`), text);
      write(join(root, 'one/k8s', name, `${kind}.yaml`), text);
      write(join(root, 'chart/templates', `${name}-${kind}.yaml`), text);
    }
    const pools = `pools:\n  - {to: pg-${at % servers}, ${load(at)}}\n`;
    write(join(root, 'files/services', `${name}.yaml`), `service: ${name}\nread: [../k8s/${name}]\n${pools}`);
  }
  for (const at of each)
    write(join(root, 'files/servers', `pg-${at}.yaml`), `server: pg-${at}\n${server(at).replaceAll(', ', '\n')}\n`);
  const lines = [
    ...['servers:', ...each.map((at) => `  pg-${at}: {${server(at)}}`), 'services:'],
    ...names.map((name, at) => `  ${name}: {pools: [{to: pg-${at % servers}, ${load(at)}}]}`),
  ];
  write(join(root, 'one/fleet.yaml'), `${lines.join('\n')}\n`);
  const resources = names.flatMap((name) =>
    ['deployment', 'hpa', 'configmap'].map((kind) => `  - k8s/${name}/${kind}.yaml`),
  );
  write(join(root, 'one/kustomization.yaml'), `resources:\n${resources.join('\n')}\n`);
  write(join(root, 'chart/Chart.yaml'), 'apiVersion: v2\nname: fleet\nversion: 1.0.0\n');
}

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

/** Wall and CPU time in seconds and the most memory, by GNU time. */
function measured(command, args, cwd) {
  const run = spawnSync('/usr/bin/time', ['-f', '%e %U %S %M', command, ...args], {
    cwd,
    encoding: 'utf8',
    maxBuffer: 1e9,
  });
  const [wall, user, system, kilobytes] = run.stderr.trim().split('\n').at(-1).split(' ').map(Number);
  if (run.status !== 0) throw new Error(`${command} ${args.join(' ')}: ${run.stderr.slice(0, 2_000)}`);
  return { wall, cpu: user + system, megabytes: kilobytes / 1_000 };
}

function report(title, command, args, cwd) {
  const runs = Array.from({ length: rounds }, () => measured(command, args, cwd));
  const of = (key) => median(runs.map((run) => run[key]));
  const [wall, cpu, megabytes] = [of('wall').toFixed(2), of('cpu').toFixed(2), of('megabytes').toFixed(0)];
  console.log(
    `  ${title.padEnd(34)} ${wall.padStart(6)} s wall  ${cpu.padStart(6)} s CPU  ${megabytes.padStart(5)} MB`,
  );
}

const isThere = (command) => spawnSync(command, ['version', '--client'], { stdio: 'ignore' }).error === undefined;

try {
  for (const count of sizes) {
    const root = join(folder, String(count));
    writeFleet(root, count);
    console.log(`${count} services on ${servers} servers, median of ${rounds}`);
    report('fleet, a file a service', process.execPath, [program, 'fleet', 'files'], root);
    report('fleet, one fleet.yaml', process.execPath, [program, 'fleet', 'one'], root);
    // kustomize takes minutes for thousands.
    if (count > 1_000) continue;
    if (isThere('kubectl')) report('kubectl kustomize', 'kubectl', ['kustomize', 'one'], root);
    else console.log('  kubectl kustomize: kubectl is not here');
    if (isThere('helm')) report('helm template', 'helm', ['template', 'fleet', 'chart'], root);
    else console.log('  helm template: helm is not here');
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
