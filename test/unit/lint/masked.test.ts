import { describe, expect, it } from 'vitest';
import { maskedLine } from '../../../src/views/lint/masked.ts';

/** Every line of a text, as an excerpt shows it. */
const shown = (file: string, text: string) => {
  const lines = text.split('\n');
  return lines.map((_line, index) => maskedLine(file, lines, index)).join('\n');
};

describe('an excerpt shows no secret', () => {
  it.each([
    ['a misspelt key', `new Pool({ passwrod: 'CANARY' })`],
    ['the key of postgres.js', `postgres({ pass: 'CANARY' })`],
    ['a value on the line below', `new Pool({\n  password:\n    'CANARY',\n})`],
    ['arguments in a row', `new Sequelize(\n  'db',\n  'user',\n  'CANARY',\n)`],
    ['a template of several lines', 'new Pool({ password: `\nCANARY`, max: 3 })'],
    ['a default on the line below', `password: process.env.PW\n  || 'CANARY'`],
    ['an apostrophe before it', `/* don't */ password: 'CANARY'`],
    ['a login in two pieces', `'postgres://app:CANARY' + '@db/orders'`],
    ['a whole login', `'postgres://app:CANARY@db/orders'`],
  ])('of code: %s', (_what, text) => {
    expect(shown('src/db.ts', text)).not.toContain('CANARY');
  });

  it.each([
    ['a key', 'password: CANARY'],
    ['a value on the line below', 'password:\n  CANARY'],
    ['a folded value', 'password: >-\n  CANARY'],
    ['a variable of Kubernetes', '- name: DB_PASSWORD\n  value: CANARY'],
    ['a variable of Kubernetes, folded', '- name: DB_PASSWORD\n  value: >-\n    CANARY'],
    ['a variable of ECS', '{\n  "value": "CANARY",\n  "name": "DB_PASSWORD"\n}'],
    ['a variable of compose', '- PGPASSWORD=CANARY'],
  ])('of configuration: %s', (_what, text) => {
    expect(shown('config.yaml', text)).not.toContain('CANARY');
  });

  it('and shows the rest', () => {
    expect(shown('src/db.ts', `const url = 'http://localhost:3000/x';`)).toContain('http://localhost:3000/x');
    expect(shown('application.yml', 'password: ***\nmaximum-pool-size: 10')).toContain('maximum-pool-size: 10');
    expect(shown('k8s.yaml', 'name: DB_POOL\nvalue: "10"')).toContain('value: "10"');
  });
});
