import { quotaMapName } from './quota-maps.ts';
import type { AdmissionSubject } from './subjects.ts';

const policyName = ({ name }: AdmissionSubject) => `${quotaMapName}-${name}`;

/** The policies. What their CEL says is run on objects in test/unit/enforce/admission-policy.test.ts. */
export function policiesText(subjects: readonly AdmissionSubject[]): string {
  return `# Written by poolctl fleet.
# Refuse what asks for more instances than the quotas hold for. An object that is over its quota already may
# be changed, as long as it asks for no more than before: a budget is no reason to stop a repair.
# An object that the ConfigMap does not name is let through.
---
${subjects.map(policy).join('---\n')}`;
}

function policy(subject: AdmissionSubject): string {
  const { says, rule, key, instances, surge } = subject;
  const variables: [name: string, expression: string][] = [
    ['key', key],
    ['isNamed', 'has(params.data) && variables.key in params.data'],
    ['most', "variables.isNamed ? int(params.data[variables.key].split('+')[0]) : 0"],
    ['surge', "variables.isNamed ? int(params.data[variables.key].split('+')[1]) : 0"],
    ['instances', instances('object')],
    ['before', `oldObject == null ? 0 : ${grouped(instances('oldObject'))}`],
    ...(surge
      ? ([
          ['added', surge('object', 'variables.instances')],
          ['addedBefore', `oldObject == null ? 0 : ${grouped(surge('oldObject', 'variables.before'))}`],
        ] as [string, string][])
      : []),
  ];
  const asked = surge ? 'variables.instances + variables.added' : 'variables.instances';
  const before = surge ? 'variables.before + variables.addedBefore' : 'variables.before';
  const room = surge ? 'variables.most + variables.surge' : 'variables.most';
  const inRollout = surge
    ? " + ' instances and ' + string(variables.added) + ' more in a roll-out; its quota of connections holds for ' + string(variables.most) + ' and ' + string(variables.surge)"
    : " + ' instances; its quota of connections holds for ' + string(variables.most)";
  const message = `variables.key + ' asks for ' + string(variables.instances)${inRollout} + ' (ConfigMap ${quotaMapName}, written by poolctl fleet)'`;
  const fits = surge ? `variables.instances <= variables.most && ${asked} <= ${room}` : `${asked} <= ${room}`;
  return `# ${says}
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata:
  name: ${policyName(subject)}
spec:
  failurePolicy: Fail
  paramKind: { apiVersion: v1, kind: ConfigMap }
  matchConstraints:
    resourceRules:
      - apiGroups: ${list(rule.apiGroups)}
        apiVersions: ${list(rule.apiVersions)}
        operations: ${list(rule.operations)}
        resources: ${list(rule.resources)}
  variables:
${variables.map(([name, expression]) => `    - name: ${name}\n      expression: |-\n${indented(expression, 8)}`).join('\n')}
  validations:
    - expression: |-
${indented(`!variables.isNamed\n|| (${fits})\n|| (oldObject != null && ${asked} <= ${before})`, 8)}
      messageExpression: |-
${indented(message, 8)}
      reason: Invalid
`;
}

/** Deny only in the namespaces of the fleet, where the ConfigMap has to be. */
export function bindingsText(subjects: readonly AdmissionSubject[], namespaces: readonly string[]): string {
  return `# Written by poolctl fleet.
# What puts the policies into force. To see first what they would refuse: validationActions: [Warn, Audit].
# To take them back: kubectl delete -f 3-bindings.yaml
---
${subjects
  .map(
    (subject) => `apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata:
  name: ${policyName(subject)}
spec:
  policyName: ${policyName(subject)}
  # Of the namespace of the object. Without it nothing there can be changed: apply 1-quotas.yaml first.
  paramRef: { name: ${quotaMapName}, parameterNotFoundAction: Deny }
  validationActions: [Deny]
  matchResources:
    namespaceSelector:
      matchExpressions:
        - key: kubernetes.io/metadata.name
          operator: In
          values: ${list(namespaces)}
`,
  )
  .join('---\n')}`;
}

function grouped(expression: string): string {
  return `(${expression})`;
}

function indented(text: string, columns: number): string {
  return text
    .split('\n')
    .map((line) => `${' '.repeat(columns)}${line}`)
    .join('\n');
}

function list(words: readonly string[]): string {
  return `[${words.map((word) => JSON.stringify(word)).join(', ')}]`;
}
