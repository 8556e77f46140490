import { describe, expect, it } from 'vitest';
import { countOf } from '../../../src/declarations/manifests/values.ts';
import { readProject as read } from '../../helpers/manifests.ts';

const base = {
  'k8s/base/api.yaml': `apiVersion: apps/v1
kind: Deployment
metadata: { name: api }
spec:
  replicas: 1
  template:
    spec:
      containers:
        - name: api
          image: registry.example/api:1
          envFrom: [{ configMapRef: { name: api-env } }]
`,
  'k8s/base/kustomization.yaml':
    'resources: [api.yaml]\nconfigMapGenerator:\n  - name: api-env\n    envs: [api.env]\n    literals: ["A=1"]\n',
  'k8s/base/api.env': 'DB_POOL_MAX=14\n',
};
const overlay = (name: string, count: number) => ({
  [`k8s/overlays/${name}/kustomization.yaml`]: `resources: [../../base]\nreplicas:\n  - name: api\n    count: ${count}\n`,
});

describe('kustomize', () => {
  it('makes ConfigMaps of files and literals, and says where each value stands', () => {
    const env = read(base).service('api')?.env;
    expect(env?.get('DB_POOL_MAX')).toMatchObject({
      value: '14',
      origins: [{ place: { file: 'k8s/base/api.env', line: 1 } }],
    });
    expect(env?.get('A')).toMatchObject({ value: '1' });
  });

  it.each([
    ['the only overlay', overlay('eu', 5), 5],
    ['that for production', { ...overlay('staging', 2), ...overlay('production', 9) }, 9],
    ['no overlay', {}, 1],
  ])('has the replicas of %s', (_, more, replicas) => {
    expect(countOf(read({ ...base, ...more }).service('api')?.most)).toBe(replicas);
  });

  it('does not know which of several overlays runs', () => {
    const found = read({ ...base, ...overlay('eu', 5), ...overlay('us', 6) }).service('api');
    expect(found?.most).toMatchObject({ kind: 'unknown', why: 'overlays of kustomize set different replicas: 5, 6' });
  });
});

describe('a Dockerfile that compose builds from', () => {
  const compose = (more = '') => `services:\n  api:\n    build: ./api\n    environment: { B: 2 }\n${more}`;
  const dockerfile =
    'FROM python AS build\nCMD ["true"]\nFROM python\nENV DB_POOL_SIZE=7 B=1\nCMD ["gunicorn", "-w", "4", \\\n  "app:app"]\n';
  const api = (more?: string) => read({ 'compose.yaml': compose(more), 'api/Dockerfile': dockerfile }).service('api');

  it('gives the command and the variables of its last stage, where compose has none', () => {
    expect([api()?.command, countOf(api()?.processes)]).toEqual([['gunicorn', '-w', '4', 'app:app'], 4]);
    expect([api()?.env.get('DB_POOL_SIZE'), api()?.env.get('B')]).toMatchObject([{ value: '7' }, { value: '2' }]);
  });

  it('does not beat the command of compose', () => {
    expect(countOf(api('    command: gunicorn -w 2 app:app\n')?.processes)).toBe(2);
  });
});
