import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countOf } from '../../../src/declarations/manifests/values.ts';
import { readProject as read } from '../../helpers/manifests.ts';

const deployment = (spec: string, env = '[]') => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "shop.fullname" . }}
  labels:
    {{- include "shop.labels" . | nindent 4 }}
spec:
  ${spec}
  template:
    spec:
      containers:
        - name: api
          image: "{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}"
          env: ${env}
          resources:
            {{- toYaml .Values.resources | nindent 12 }}
`;

const values =
  'replicaCount: 3\nimage: { repository: registry.example/api }\nautoscaling: { enabled: false, max: 9 }\npool: 12\nextra: []\n';

function chart(template: string, more: Readonly<Record<string, string>> = {}) {
  const found = read({ 'chart/templates/api.yaml': template, 'chart/values.yaml': values, ...more });
  return { ...found, only: found.services[0] };
}

describe('a chart of Helm', () => {
  it('is said to need helm where it is no YAML without what its helpers add', () => {
    const { notes } = chart(
      'apiVersion: v1\nkind: Service\nmetadata:\n  labels: {{- include "shop.labels" . | nindent 4 }}\n    a: b\nspec: {}\n',
    );
    expect(notes.map(({ text }) => text)).toEqual([expect.stringContaining('needs more than its values')]);
  });

  it('is read with the values beside it, and says where they stand', () => {
    const { only } = chart(
      deployment('replicas: {{ .Values.replicaCount }}', '[{ name: DB_POOL_MAX, value: {{ .Values.pool | quote }} }]'),
    );
    expect([only?.name, countOf(only?.most), only?.images]).toEqual(['chart', 3, ['registry.example/api:AppVersion']]);
    expect(only?.env.get('DB_POOL_MAX')).toMatchObject({
      value: '12',
      origins: [{ text: 'pool in chart/values.yaml', place: { line: 4 } }, {}],
    });
    expect(only?.upgradedWith).toContain('release chart');
  });

  it('takes values for production where it has some', () => {
    const { only } = chart(deployment('replicas: {{ .Values.replicaCount }}'), {
      'chart/values-prod.yaml': 'replicaCount: 8\n',
    });
    expect(countOf(only?.most)).toBe(8);
  });

  it.each([
    ['{{- if not .Values.autoscaling.enabled }}\n  replicas: {{ .Values.replicaCount }}\n  {{- end }}', 3],
    ['{{- if .Values.autoscaling.enabled }}\n  replicas: 5\n  {{- else }}\n  replicas: 6\n  {{- end }}', 6],
    ['{{- with .Values.nowhere }}\n  {{- range . }}\n  {{ pick . }}\n  {{- end }}\n  {{- end }}\n  replicas: 2', 2],
    ['{{- if and .Values.pool (not .Values.autoscaling.enabled) }}\n  replicas: 4\n  {{- end }}', 4],
    ['{{- range .Values.extra }}\n  broken: [\n  {{- end }}\n  replicas: 7', 7],
    ['{{- range $name, $value := .Values.extra }}\n  {{ $name }}: {{ $value }}\n  {{- end }}\n  replicas: 7', 7],
    ['replicas: {{ default 5 .Values.nowhere }}', 5],
  ])('has what its conditions leave: %j', (spec, most) => {
    const { only, notes } = chart(deployment(spec));
    expect([countOf(only?.most), notes]).toEqual([most, []]);
  });

  it.each([
    ['a value that no file has', 'replicas: {{ .Values.nowhere }}'],
    ['a value that is worked out', 'replicas: {{ add 1 .Values.replicaCount }}'],
  ])('does not know %s', (_, spec) => {
    expect(chart(deployment(spec)).only?.most.kind).toBe('unknown');
  });

  it.each([
    ['a condition on more than values', '{{- if .Capabilities.APIVersions.Has "x" }}\n  replicas: 1\n  {{- end }}'],
    ['a loop', '{{- range tuple 1 2 }}\n  replicas: 1\n  {{- end }}'],
    ['a block that does not end', '{{- if .Values.pool }}\n  replicas: 1'],
  ])('is a note where it needs %s', (_, spec) => {
    const { services, notes } = chart(deployment(spec));
    expect([services, notes.length]).toEqual([[], 1]);
  });

  it('is not read twice where its output is in the project', () => {
    const rendered = `---\n# Source: chart/templates/api.yaml\n${deployment('replicas: 5').replace(/\{\{.*\}\}/g, 'x')}`;
    const { services } = chart(deployment('replicas: {{ .Values.replicaCount }}'), { 'rendered.yaml': rendered });
    expect(services.map(({ most }) => countOf(most))).toEqual([5]);
  });

  it('is a note at most, wherever it is cut or changed', () => {
    const text = deployment('{{- if not .Values.a }}\n  replicas: {{ .Values.b | default "x}}" }}\n  {{- end }}');
    fc.assert(
      fc.property(fc.nat(text.length), fc.nat(text.length), fc.string({ maxLength: 8 }), (from, to, middle) => {
        chart(text.slice(0, from) + middle + text.slice(to));
      }),
      { numRuns: 200 },
    );
    expect(chart(`apiVersion: v1\nkind: Deployment\n${'{{ "'.repeat(20_000)}`).services).toEqual([]);
  });
});
