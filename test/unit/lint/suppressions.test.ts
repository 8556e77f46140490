import { describe, expect, it } from 'vitest';
import { placeFinder } from '../../../src/declarations/code/lines.ts';
import { defaultConfig } from '../../../src/lint/config.ts';
import type { Finding } from '../../../src/lint/finding.ts';
import { applyDirectives } from '../../../src/lint/suppress/apply.ts';

const rule = 'leak-no-finally';

/** What is left of findings of one rule in a text: of the pieces that stand between « and ». */
function left(path: string, marked: string, preset: 'recommended' | 'strict' = 'recommended'): string[] {
  const text = marked.replace(/[«»]/g, '');
  const findings: Finding[] = [];
  let removed = 0;
  let start = 0;
  for (const { 0: mark, index } of marked.matchAll(/[«»]/g)) {
    const at = index - removed++;
    if (mark === '«') start = at;
    else {
      const place = placeFinder(path, text)({ start, end: at });
      const fingerprint = text.slice(start, at);
      findings.push({
        rule,
        severity: 'error',
        confidence: 'high',
        place,
        message: '',
        origins: [],
        related: [],
        fingerprint,
      });
    }
  }
  const judged = applyDirectives(findings, { text, path }, { ...defaultConfig, preset });
  return judged.findings.map(({ rule: id, place, message }) => `${place.line} ${id === rule ? 'kept' : message}`);
}

describe('a comment', () => {
  it.each([
    ['a.ts', `// poolctl-disable-next-line ${rule} -- why\n«a()»;\n«b()»;`, ['3 kept']],
    ['a.ts', `/* poolctl-disable-next-line ${rule} -- why */\n«a()»;`, []],
    ['a.tsx', `<a>{/* poolctl-disable-next-line ${rule} -- why */}\n{«a()»}</a>;`, []],
    ['a.ts', `/**\n * poolctl-disable-next-line ${rule} -- why\n */\n«a()»;`, []],
    ['a.ts', `«a()»; // poolctl-disable-line ${rule} -- why\n«b()»;`, ['2 kept']],
    ['a.ts', `«new Pool({\n  max: 1,\n})»; // poolctl-disable-line ${rule} -- why`, []],
    ['a.ts', `«new Pool({\n  // poolctl-disable-next-line ${rule} -- why\n  max: 1,\n})»;`, []],
    [
      'a.ts',
      `«a()»;\n// poolctl-disable ${rule} -- why\n«b()»;\n// poolctl-enable ${rule}\n«c()»;`,
      ['1 kept', '5 kept'],
    ],
    ['a.ts', `«a()»;\n// poolctl-disable-file ${rule} -- why`, []],
    ['a.yaml', `# poolctl-disable-next-line ${rule} -- why\n«a: 1»\n«b: 2»`, ['3 kept']],
    ['a.properties', `«a=1»\n# poolctl-disable-file ${rule} -- why`, []],
    ['a.ini', `; poolctl-disable-next-line ${rule} -- why\n«a = 1»`, []],
    ['a.prisma', `«url = 1» // poolctl-disable-line ${rule} -- why`, []],
    ['a.xml', `<!-- poolctl-disable-next-line ${rule} -- why -->\n«<a/>»`, []],
    ['a.sql', `-- poolctl-disable-next-line ${rule} -- why\n«select»`, []],
  ])('in %s is for what it stands by: %j', (path, text, expected) => {
    expect(left(path, text)).toEqual(expected);
    expect(left(path, text.replaceAll('\n', '\r\n'))).toEqual(expected);
  });

  it('can stand above another one', () => {
    const text = `// poolctl-disable-next-line pool-leak -- why\n// poolctl-disable-next-line ${rule} -- why\n«a()»;`;
    expect(left('a.ts', text)).toEqual(['1 Nothing here is found by pool-leak.']);
  });

  it('in a string of code is none', () => {
    expect(left('a.ts', `const text = \`\n// poolctl-disable-next-line ${rule} -- why\n\`; «a()»;`)).toEqual([
      '3 kept',
    ]);
  });

  it('is a finding where it suppresses nothing, names no rule or one that does not exist', () => {
    expect(left('a.ts', `// poolctl-disable-file -- x\n// poolctl-disable-file leak-no-finaly -- x`)).toEqual([
      '1 This suppression names no rule.',
      '2 This suppression names "leak-no-finaly", which is no rule. Did you mean "leak-no-finally"?',
    ]);
  });

  it('needs a reason in the preset strict', () => {
    const text = `// poolctl-disable-next-line ${rule}\n«a()»;`;
    expect(left('a.ts', text)).toEqual([]);
    expect(left('a.ts', text, 'strict')).toEqual(['1 This suppression gives no reason.']);
  });
});

describe('a label', () => {
  const compose = `services:
  api:
    image: «api»
    labels:
      - "poolctl.disable-${rule}=legacy"
    environment:
      A: «1»
  worker:
    image: «worker»
`;
  const kubernetes = `kind: Deployment
metadata:
  name: «api»
  annotations:
    poolctl/disable-${rule}: "its role has a limit"
spec:
  replicas: «3»
---
kind: Service
metadata:
  name: «api»
`;

  it('of a compose service is for that service', () => {
    expect(left('compose.yaml', compose)).toEqual(['9 kept']);
    const map = compose.replace(`- "poolctl.disable-${rule}=legacy"`, `poolctl.disable-${rule}: legacy`);
    expect(left('compose.yaml', map)).toEqual(['9 kept']);
  });

  it('of a Kubernetes object is for that object', () => {
    expect(left('api.yaml', kubernetes)).toEqual(['11 kept']);
  });

  it('needs a reason in the preset strict', () => {
    expect(left('compose.yaml', compose.replace('=legacy', '='), 'strict')).toEqual([
      '9 kept',
      '5 This suppression gives no reason.',
    ]);
  });
});
