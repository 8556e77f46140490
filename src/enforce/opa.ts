import { jsonText } from '../base/clean.ts';
import { instancesByObject } from './kubernetes-objects.ts';
import { quotasByServer, sumLines } from './sum.ts';
import type { EnforceTarget } from './target.ts';

/** Data, a rule and its tests, for conftest or `opa eval`. Its own tests were run with OPA 1.4.2; conftest has it inside. */
export const opa: EnforceTarget = {
  title: 'data and a rule in Rego, for conftest and OPA',
  write(input) {
    const { objects, notes } = instancesByObject(input);
    if (objects.length === 0) return { files: [], notes: ['No service of the fleet is an object of Kubernetes.'] };
    const sums = quotasByServer(input).flatMap((server) => sumLines(server, input.from).slice(1));
    const quotas = Object.fromEntries(
      objects.map(({ kind, name, namespace, mostInstances, surgeInstances, tightest }) => [
        `${namespace}/${kind}/${name}`,
        { most: mostInstances, surge: surgeInstances, server: tightest.server },
      ]),
    );
    const comment = [`Written by poolctl fleet from ${input.from}.`, ...sums];
    return {
      files: [
        { path: 'data.json', text: `${jsonText({ poolctl: { comment, quotas } }, 2)}\n` },
        { path: 'quotas.rego', text: rule },
        { path: 'quotas_test.rego', text: tests },
      ],
      notes,
    };
  },
};

const rule = `# Written by poolctl fleet.
# Refuses manifests that ask for more instances than the quotas of data.json hold for.
#   conftest test --policy . --data . MANIFESTS...       (or conftest verify --policy . for the tests)
#   opa test .
# An object that data.json does not name is let through.
package main

import rego.v1

deny contains message if {
	some manifest in manifests
	key := key_of(manifest)
	quota := data.poolctl.quotas[key]
	asked := instances_of(manifest)
	added := added_to(manifest, asked)
	not fits(asked, added, quota)
	message := sprintf(
		"%s asks for %d instances and %d more in a roll-out; its quota on %s holds for %d and %d",
		[key, asked, added, quota.server, quota.most, quota.surge],
	)
}

fits(asked, added, quota) if {
	asked <= quota.most
	asked + added <= quota.most + quota.surge
}

# One document, or with --combine all files, each as {path, contents}.
manifests contains input if is_object(input)

manifests contains file.contents if {
	some file in input
	is_object(file.contents)
}

manifests contains manifest if {
	some file in input
	is_array(file.contents)
	some manifest in file.contents
}

key_of(manifest) := concat("/", [namespace_of(manifest), manifest.kind, manifest.metadata.name]) if {
	manifest.kind != "HorizontalPodAutoscaler"
}

key_of(manifest) := concat("/", [namespace_of(manifest), target.kind, target.name]) if {
	manifest.kind == "HorizontalPodAutoscaler"
	target := manifest.spec.scaleTargetRef
}

namespace_of(manifest) := object.get(manifest, ["metadata", "namespace"], "default")

instances_of(manifest) := object.get(manifest, ["spec", "replicas"], 1) if {
	manifest.kind in {"Deployment", "StatefulSet", "Rollout"}
}

instances_of(manifest) := object.get(manifest, ["spec", "parallelism"], 1) if manifest.kind == "Job"

instances_of(manifest) := object.get(manifest, ["spec", "jobTemplate", "spec", "parallelism"], 1) if {
	manifest.kind == "CronJob"
}

instances_of(manifest) := manifest.spec.maxReplicas if manifest.kind == "HorizontalPodAutoscaler"

default added_to(_, _) := 0

added_to(manifest, asked) := surge_of(object.get(manifest, ["spec", "strategy", "rollingUpdate", "maxSurge"], "25%"), asked) if {
	manifest.kind == "Deployment"
	asked > 0
	object.get(manifest, ["spec", "strategy", "type"], "RollingUpdate") != "Recreate"
}

added_to(manifest, asked) := asked if {
	manifest.kind == "Rollout"
	manifest.spec.strategy.blueGreen
}

added_to(manifest, asked) := surge_of(object.get(manifest, ["spec", "strategy", "canary", "maxSurge"], "25%"), asked) if {
	manifest.kind == "Rollout"
	asked > 0
	not manifest.spec.strategy.blueGreen
}

# Kubernetes rounds up.
surge_of(surge, _) := surge if is_number(surge)

surge_of(surge, asked) := ceil((asked * to_number(trim_suffix(surge, "%"))) / 100) if is_string(surge)
`;

const tests = `# Written by poolctl fleet: tests of quotas.rego.
package main

import rego.v1

quotas := {"shop/Deployment/api": {"most": 20, "surge": 5, "server": "orders"}}

deployment(replicas, strategy) := {
	"kind": "Deployment",
	"metadata": {"name": "api", "namespace": "shop"},
	"spec": {"replicas": replicas, "strategy": strategy},
}

autoscaler(most) := {
	"kind": "HorizontalPodAutoscaler",
	"metadata": {"name": "any", "namespace": "shop"},
	"spec": {"maxReplicas": most, "scaleTargetRef": {"kind": "Deployment", "name": "api"}},
}

surge(value) := {"rollingUpdate": {"maxSurge": value}}

refused(manifests) if {
	refusals := deny with input as manifests with data.poolctl.quotas as quotas
	count(refusals) > 0
}

test_as_many_as_the_quota if not refused(deployment(20, {}))

test_one_too_many if refused(deployment(21, surge(0)))

test_a_larger_surge if refused(deployment(20, surge(6)))

test_a_percentage_rounds_up if refused(deployment(20, surge("26%")))

test_recreate_adds_none if not refused(deployment(20, {"type": "Recreate"}))

test_an_autoscaler_within if not refused(autoscaler(20))

test_an_autoscaler_over if refused(autoscaler(21))

test_all_files_of_a_run if refused([
	{"path": "a.yaml", "contents": deployment(1, {})},
	{"path": "b.yaml", "contents": [autoscaler(21)]},
])

test_a_stranger if not refused({"kind": "Deployment", "metadata": {"name": "other"}, "spec": {"replicas": 500}})

test_no_manifest if not refused({"replicaCount": 500})
`;
