import { bindingsText, policiesText } from './admission/policies.ts';
import { quotaMaps } from './admission/quota-maps.ts';
import { subjectsOf } from './admission/subjects.ts';
import { instancesByObject } from './kubernetes-objects.ts';
import type { EnforceTarget } from './target.ts';

/**
 * A ValidatingAdmissionPolicy (Kubernetes 1.30 and newer) for each kind of object, with the quotas as its parameters. Its files
 * were read strictly, and its expressions compiled and run, by k8s.io/apiserver 0.36.4; the tests run them by cel-js.
 */
export const admissionPolicy: EnforceTarget = {
  title: 'ValidatingAdmissionPolicy, its bindings, and ConfigMaps with the quotas',
  write(input) {
    const { objects, notes } = instancesByObject(input);
    if (objects.length === 0) return { files: [], notes: ['No service of the fleet is an object of Kubernetes.'] };
    const subjects = subjectsOf(objects);
    const namespaces = [...new Set(objects.map(({ namespace }) => namespace))].sort();
    return {
      files: [
        { path: '1-quotas.yaml', text: quotaMaps(objects, input) },
        { path: '2-policies.yaml', text: policiesText(subjects) },
        { path: '3-bindings.yaml', text: bindingsText(subjects, namespaces) },
      ],
      notes,
    };
  },
};
