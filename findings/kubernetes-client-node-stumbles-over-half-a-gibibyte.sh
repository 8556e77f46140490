#!/usr/bin/env bash
# One pod with "memory: 1.5Gi" makes topNodes() of the Kubernetes client for Node.js fail for all nodes.
# Of:      format @kubernetes/client-node 1.4.0
# Guess:   1.5Gi is 1,610,612,736 bytes, as for Kubernetes itself.
# Happens: @kubernetes/client-node 1.4.0 (2.0.1 too): topNodes() sums the memory that pods request. With "1536Mi" it says
#          1610612736; with "1.5Gi", "0.5Gi" or "1.5G", which are the same kind of quantity, it throws a SyntaxError,
#          "Cannot convert 1.5 to a BigInt", and no node is told. "1.5" cores and "1.5e9" bytes are read: only a
#          fraction in front of a suffix of 1,000 or more is not.
# Hurts:   who sizes instances, and so pools, by what a cluster has left: one such pod anywhere, and there is no answer;
#          the error does not name the pod. It is a usual way to write a request.
# So:      write requests without fractions (1536Mi); in programs, parse quantities with a decimal library.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
. "$here/lib/common.sh"
. "$here/lib/npm.sh"
npm_install @kubernetes/client-node@1.4.0
run_js <<'JS'
import { topNodes } from '@kubernetes/client-node';

const pod = (memory) => ({
  metadata: { name: 'shop' },
  status: { phase: 'Running' },
  spec: { nodeName: 'one', containers: [{ name: 'shop', resources: { requests: { memory } } }] },
});
const node = { metadata: { name: 'one' }, status: { allocatable: { cpu: '4', memory: '16Gi' } } };
for (const memory of ['1536Mi', '1.5e9', '1.5Gi', '0.5Gi', '1.5G']) {
  const api = { listNode: async () => ({ items: [node] }), listPodForAllNamespaces: async () => ({ items: [pod(memory)] }) };
  const seen = await topNodes(api).then(
    ([{ Memory }]) => `${Memory.RequestTotal} bytes`,
    (error) => `${error.name}: ${error.message}`,
  );
  console.log(`${memory}: ${seen}`);
}
JS
expect '^1536Mi: 1610612736 bytes$' '^1.5e9: 1500000000 bytes$' '^1.5Gi: SyntaxError: Cannot convert 1.5 to a BigInt$' \
  '^0.5Gi: SyntaxError' '^1.5G: SyntaxError'
holds '@kubernetes/client-node cannot read a memory request of 1.5Gi'
