import { describe, expect, it } from 'vitest';
import { judgeFleet } from '../../../src/budget/judge-fleet.ts';
import { readFleet } from '../../../src/fleet/read-fleet.ts';
import type { FleetChange } from '../../../src/fleet/since/change.ts';
import { compareFleets } from '../../../src/fleet/since/compare-fleets.ts';
import { readFleetAt } from '../../../src/fleet/since/read-at.ts';
import { gitEnv, repositoryOf, type TemporaryRepository } from '../../helpers/repository.ts';

const fleet = (max: number) => `servers:
  orders: { host: orders.internal, engine: postgres, maxConnections: ${max}, budget: required }
services:
  api: { read: k8s/api.yaml }
`;

const deployment = (name: string, replicas: number, pool: number) => `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name} }
spec:
  replicas: ${replicas}
  template:
    spec:
      containers:
        - name: ${name}
          image: registry.example/shop/${name}:7
          env:
            - { name: DATABASE_URL, value: "postgres://shop@orders.internal:5432/shop" }
            - { name: DB_POOL_SIZE, value: "${pool}" }
`;

const history = () => {
  const repository = repositoryOf({
    'fleet.yaml': fleet(100),
    'k8s/api.yaml': deployment('api', 4, 10),
    'k8s/old.yaml': deployment('old', 1, 3),
  });
  repository.commit('first');
  repository.git('checkout', '-qb', 'work');
  return repository;
};

async function changeIn({ folder }: TemporaryRepository, ref = 'main'): Promise<FleetChange> {
  const { model, findings } = await readFleet([], folder);
  const answer = judgeFleet(model);
  const now = { model, answer: { ...answer, findings: [...answer.findings, ...findings] } };
  return compareFleets(await readFleetAt(ref, [], { cwd: folder, env: gitEnv }), now, ref);
}

const shown = ({ servers, services }: FleetChange) => [
  ...servers.map(({ server, kind, left }) => `${server} ${kind} ${left.before} ${left.now}`),
  ...services.map(({ service, kind, changed }) =>
    `${service} ${kind} ${kind === 'changed' ? changed.join(' ') : ''}`.trim(),
  ),
];

describe('since a commit of a real history', () => {
  it('a pool, instances, a limit, a new service and one that is gone are changes, committed or not', async () => {
    const repository = history();
    repository.write('k8s/api.yaml', deployment('api', 6, 12));
    repository.commit('second');
    repository.write('k8s/mail.yaml', deployment('mail', 1, 2));
    repository.remove('k8s/old.yaml');
    repository.write('fleet.yaml', fleet(120));
    expect(shown(await changeIn(repository))).toEqual([
      'orders changed 44 19',
      'api changed pool instances mostInstances worst',
      'mail new',
      'old gone',
    ]);
    expect(shown(await changeIn(repository, 'second'))).toEqual(['orders changed -2 19', 'mail new', 'old gone']);
  });

  it('nothing is where only comments, places and other files have changed', async () => {
    const repository = history();
    repository.write('k8s/api.yaml', `# The API.\n${deployment('api', 4, 10)}`);
    repository.write('src/other.ts', 'export const other = 1;\n');
    expect(shown(await changeIn(repository))).toEqual([]);
  });

  it('a fleet that was not there has taken nothing of what it declares now', async () => {
    const repository = repositoryOf({ 'README.md': 'No fleet yet.\n' });
    repository.commit('first');
    repository.git('checkout', '-qb', 'work');
    repository.write('fleet.yaml', fleet(100));
    repository.write('k8s/api.yaml', deployment('api', 4, 10));
    expect(shown(await changeIn(repository))).toEqual(['orders new undefined 47', 'api new']);
  });

  it('a fleet that could not be read then is one error that says so', async () => {
    const repository = repositoryOf({ 'fleet.yaml': 'servers:\n  orders: { maxConnection: 100 }\n' });
    repository.commit('first');
    repository.write('fleet.yaml', fleet(100).replace('k8s/api.yaml', '.'));
    await expect(changeIn(repository)).rejects.toThrow(
      /^At main: fleet\.yaml:2:\d+: servers\.orders\.maxConnection: unknown key/,
    );
  });
});

it('says where no common commit is known, and what another repository has is as it is now', async () => {
  const repository = history();
  const other = repositoryOf({ 'k8s/mail.yaml': deployment('mail', 1, 2) });
  repository.git('checkout', '-q', '--orphan', 'other');
  repository.commit('orphan');
  const { warnings, model } = await readFleetAt('main', ['.', other.folder], { cwd: repository.folder, env: gitEnv });
  expect(warnings[0]).toMatch(/^No commit is known here that both main and HEAD come from/);
  expect(warnings[1]).toMatch(/ is another repository: it is read as it is now\.$/);
  expect(model.services.map(({ name }) => name).sort()).toEqual(['api', 'mail', 'old']);
});
