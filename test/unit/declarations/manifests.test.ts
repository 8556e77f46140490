import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { environmentOf } from '../../../src/declarations/environment.ts';
import { surgeAt } from '../../../src/declarations/manifests/surge.ts';
import { countOf } from '../../../src/declarations/manifests/values.ts';
import { readProject as read } from '../../helpers/manifests.ts';

const deployment = (name: string, spec: string, container = '') => `---
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name} }
spec:
  ${spec}
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec: { containers: [{ name: ${name}, image: "registry.example/${name}:1"${container} }] }
`;

describe('the instances of a roll-out', () => {
  it.each([
    ['', 1, 1],
    ['', 5, 2],
    ['strategy: { type: Recreate }', 5, 0],
    ['strategy: { rollingUpdate: { maxSurge: 2 } }', 5, 2],
    ['strategy: { rollingUpdate: { maxSurge: "50%" } }', 5, 3],
  ])('are added as Kubernetes rounds: %s of %i', (spec, instances, extra) => {
    const found = read({ 'k8s/all.yaml': deployment('api', spec) }).service('api');
    expect(found && surgeAt(found.surge, instances)).toBe(extra);
  });

  it('are rounded down by ECS', () => {
    expect(surgeAt({ kind: 'percent', percent: 50, rounds: 'down' }, 5)).toBe(2);
  });
});

describe('Kubernetes', () => {
  it('starts as many pods as the autoscaler lets it, whatever replicas says', () => {
    const hpa = `---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: api }
spec: { scaleTargetRef: { kind: Deployment, name: api }, maxReplicas: 7 }
`;
    const found = read({ 'k8s/api.yaml': deployment('api', 'replicas: 2'), 'k8s/hpa.yaml': hpa }).service('api');
    expect(found && [countOf(found.replicas), countOf(found.most)]).toEqual([1, 7]);
  });

  it('keeps no value of a Secret, and says where it is', () => {
    const secret = `---
apiVersion: v1
kind: Secret
metadata: { name: db }
stringData: { password: k7-Wq2v-9x }
`;
    const env = ', env: [{ name: PGPASSWORD, valueFrom: { secretKeyRef: { name: db, key: password } } }]';
    const found = read({ 'k8s/all.yaml': secret + deployment('api', 'replicas: 1', env) });
    expect(found.service('api')?.env.get('PGPASSWORD')).toMatchObject({ kind: 'unknown' });
    expect(JSON.stringify([...(found.service('api')?.env ?? [])])).not.toContain('k7-Wq2v-9x');
  });

  it('reads the documents beside one that is a template or broken, and notes those', () => {
    const found = read({
      'k8s/all.yaml': `${deployment('a', 'replicas: {{ .Values.replicas }}')}${deployment('b', 'replicas: [')}${deployment('c', 'replicas: 3')}`,
    });
    expect(found.services.map(({ name }) => name)).toEqual(['c']);
    expect(found.notes.map(({ line }) => line)).toHaveLength(2);
  });
});

describe('compose', () => {
  it('fills in variables from .env and defaults, merges anchors, and leaves the rest unknown', () => {
    const found = read({
      '.env': 'WORKERS=4\n',
      'compose.yaml': `x-shared: &shared
  POOL: \${POOL:-12}
  OTHER: \${NOWHERE}
services:
  api:
    image: registry.example/api:1
    command: gunicorn --workers \${WORKERS:-1} app:app
    environment: { <<: *shared, OWN: 1 }
`,
    }).service('api');
    expect(found?.env.get('POOL')).toMatchObject({ kind: 'known', value: '12' });
    expect(found?.env.get('OTHER')?.kind).toBe('unknown');
    expect(found?.env.get('OWN')).toMatchObject({ value: '1' });
    expect(countOf(found?.processes)).toBe(4);
  });

  it.each([
    ['command: postgres -c max_connections=200'],
    ['command: ["postgres", "-c", "max_connections=200"]'],
    ["command: postgres -c 'max_connections=200'"],
    ['environment: [POSTGRESQL_MAX_CONNECTIONS=200]'],
    ['volumes: ["./pg.conf:/etc/pg.conf"]\n    command: postgres -c config_file=/etc/pg.conf'],
    ['volumes: ["./pg.conf:/var/lib/postgresql/data/postgresql.conf"]'],
  ])('says the max_connections of the server: %s', (line) => {
    const found = read({
      'compose.yaml': `services:\n  db:\n    image: postgres:17\n    ${line}\n`,
      'pg.conf': '#max_connections = 50\nmax_connections = 200\n',
    }).service('db');
    expect(countOf(found?.server?.maxConnections)).toBe(200);
  });

  it.each([['./pg.conf:/etc/postgresql/postgresql.conf'], ['./pg.conf:/docker-entrypoint-initdb.d/pg.conf']])(
    'takes no max_connections from a file that the server does not read: %s',
    (volume) => {
      const found = read({
        'compose.yaml': `services:\n  db:\n    image: postgres:17\n    volumes: ["${volume}"]\n`,
        'pg.conf': 'max_connections = 20\n',
      }).service('db');
      expect(found?.server?.maxConnections.kind).toBe('unknown');
    },
  );

  it('completes a base with its override, and stands a variant beside it', () => {
    const found = read({
      'docker-compose.yml': 'services:\n  api:\n    image: registry.example/api:1\n    environment: { A: 1, B: 1 }\n',
      'docker-compose.override.yml': 'services:\n  api:\n    environment: { B: 2 }\n',
      'docker-compose.prod.yml': 'services:\n  api:\n    deploy: { replicas: 4 }\n',
    });
    expect(found.services.map(({ release, most }) => [release, countOf(most)])).toEqual([
      ['docker-compose.yml', 1],
      ['docker-compose.prod.yml', 4],
    ]);
    expect(found.services[0]?.env.get('B')).toMatchObject({ value: '2' });
  });
});

describe('the environment', () => {
  const environmentIn = (texts: Readonly<Record<string, string>>) => {
    const { files, manifests } = read(texts);
    return environmentOf(files, manifests);
  };

  it('is that of the code around the file, and no example', () => {
    const environment = environmentIn({
      'web/.env.production': 'POOL=3\n',
      'web/.env.example': 'POOL=50\nEXAMPLE=1\n',
      'backend/compose.yaml': 'services:\n  api:\n    image: registry.example/api:1\n    environment: { POOL: 10 }\n',
    });
    expect(environment.valuesOf('POOL', 'web/src/db.ts')).toMatchObject([{ value: '3' }]);
    expect(environment.valuesOf('POOL', 'backend/src/db.ts')).toMatchObject([{ value: '10' }]);
    expect(environment.valuesOf('EXAMPLE', 'web/src/db.ts')).toEqual([]);
  });
});

describe('a file of anything at all', () => {
  it('is read in time and without an error: aliases within aliases, and within themselves', () => {
    const bomb = ['x0: &x0 { a: 1 }'];
    for (let depth = 1; depth < 40; depth += 1)
      bomb.push(`x${depth}: &x${depth} { <<: [*x${depth - 1}, *x${depth - 1}] }`);
    const service = 'services:\n  api:\n    image: registry.example/api:1\n    environment: *x39\n';
    expect(read({ 'compose.yaml': `${bomb.join('\n')}\n${service}` }).service('api')?.env.size).toBe(1);
    expect(
      read({ 'compose.yaml': 'x: &x { <<: *x }\nservices:\n  api: { image: a, environment: *x }\n' }).notes.length,
    ).toBeLessThan(3);
  });

  it('is read in time with 30,000 keys in a map below another one', () => {
    const keys = Array.from({ length: 30_000 }, (_, key) => `        KEY_${key}: ${key}\n`).join('');
    const service = `services:\n  api:\n    image: registry.example/api:1\n    environment:\n${keys}`;
    expect(read({ 'compose.yaml': service }).service('api')?.env.size).toBe(30_000);
  });

  it('has a mistake where a key is there twice in one map, however deep, and none for two merges', () => {
    const twice = 'services:\n  api: { image: a, environment: { A: 1, B: 2, A: 3 } }\n';
    expect(read({ 'compose.yaml': twice }).notes).toMatchObject([{ text: expect.stringContaining('twice') }]);
    const merges = 'x: &x { A: 1 }\ny: &y { B: 2 }\nservices:\n  api: { image: a, environment: { <<: *x, <<: *y } }\n';
    expect(read({ 'compose.yaml': merges }).notes).toEqual([]);
  });

  it('is a note at most, wherever a manifest is cut or changed', () => {
    const text = `services:\n  db:\n    image: postgres:17\n    command: postgres -c max_connections=100\n${deployment('api', 'replicas: 2')}`;
    fc.assert(
      fc.property(fc.nat(text.length), fc.nat(text.length), fc.string({ maxLength: 12 }), (from, to, middle) => {
        const changed = text.slice(0, from) + middle + text.slice(to);
        for (const file of ['compose.yaml', 'k8s/all.json', 'pgbouncer.ini', 'serverless.yml', '.env'])
          read({ [file]: changed });
      }),
      { numRuns: 200 },
    );
  });
});
