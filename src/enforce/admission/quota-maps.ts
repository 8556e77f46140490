import { remarks } from '../../emit/parts/amounts.ts';
import type { AdmittedObject } from '../kubernetes-objects.ts';
import { quotasByServer, sumLines, workedOut } from '../sum.ts';
import type { EnforceInput } from '../target.ts';

/** The name of the ConfigMap of each namespace, and of all that goes with it. */
export const quotaMapName = 'poolctl-quotas';

/** One ConfigMap for each namespace: "20+5" is 20 instances, and 5 more in a roll-out. */
export function quotaMaps(objects: readonly AdmittedObject[], input: EnforceInput): string {
  const namespaces = [...new Set(objects.map(({ namespace }) => namespace))];
  const sums = quotasByServer(input).flatMap((server) => sumLines(server, input.from).slice(1));
  const head = remarks('#', [
    `Written by poolctl fleet from ${input.from}.`,
    ...sums,
    'A value is the most instances, and after the + those that a roll-out may add: 20+5.',
    'Apply this file first, then 2-policies.yaml, then 3-bindings.yaml.',
  ]);
  return `${[head, ...namespaces.map((namespace) => mapOf(namespace, objects))].join('\n---\n')}\n`;
}

function mapOf(namespace: string, objects: readonly AdmittedObject[]): string {
  const rows = objects
    .filter((object) => object.namespace === namespace)
    .map(({ kind, name, mostInstances, surgeInstances, tightest }) =>
      [
        `  # ${tightest.server}: ${workedOut(tightest)}`,
        `  ${kind}.${name}: "${mostInstances}+${surgeInstances}"`,
      ].join('\n'),
    );
  return `apiVersion: v1
kind: ConfigMap
metadata:
  name: ${quotaMapName}
  namespace: ${JSON.stringify(namespace)}
data:
${rows.join('\n')}`;
}
