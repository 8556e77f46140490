#!/usr/bin/env bash
# The same line, POOL_MAX="10", is 10 in kustomize's `literals` and "10" with its quotes in `envs`.
# Of:      format kubectl 1.32.3, dotenv 18.0.10
# Guess:   both read the line as dotenv does: the quotes are not part of the value.
# Happens: kubectl 1.32.3 with kustomize 5.5.0, configMapGenerator: POOL_MAX="10" among the `literals` becomes 10, in a
#          file of `envs` the four characters "10", quotes included; single quotes the same. kubectl create configmap
#          --from-env-file keeps them too. No warning in any case.
# Hurts:   who feeds the .env file of the development machine, where dotenv takes the quotes off, into a ConfigMap: the
#          program in the cluster gets the text "10" with quotes, whose Number() is NaN and whose parseInt() is NaN; the
#          pool has its default size, or none. Moving the line from `envs` to `literals` for a test hides it.
# So:      no quotes in files that become ConfigMaps.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
. "$here/lib/common.sh"
. "$here/lib/npm.sh"
. "$here/lib/kubectl.sh"
unpack_kubectl
npm_install dotenv@18.0.10
mkdir "$work/app"
printf '%s\n' 'POOL_MAX="10"' "POOL_NAME='shop'" >"$work/app/pool.env"
cat >"$work/app/kustomization.yaml" <<'YAML'
generatorOptions: { disableNameSuffixHash: true }
configMapGenerator:
  - name: of-literals
    literals: ['POOL_MAX="10"', "POOL_NAME='shop'"]
  - name: of-envs
    envs: [pool.env]
YAML
{
  "${kubectl[@]}" version --client
  echo ---
  "${kubectl[@]}" kustomize "$work/app"
  echo ---
  "${kubectl[@]}" create configmap of-kubectl --dry-run=client --output=yaml --from-env-file="$work/app/pool.env"
} >"$work/maps" || changed "kubectl failed"
run_js <<'JS'
import { readFileSync } from 'node:fs';
import dotenv from 'dotenv';

console.log(`dotenv: ${JSON.stringify(dotenv.parse(readFileSync('app/pool.env')))}`);
const [version, ...maps] = readFileSync('maps', 'utf8').split('---\n');
console.log(version.trim());
for (const map of maps) {
  const [name, max, pool] = [/^  name: (.*)/m, /POOL_MAX: (.*)/, /POOL_NAME: (.*)/].map((line) => map.match(line)?.[1]);
  console.log(`${name}: POOL_MAX is ${max}, POOL_NAME is ${pool}`);
}
JS
expect '^dotenv: ."POOL_MAX":"10","POOL_NAME":"shop".' '^of-literals: POOL_MAX is "10", POOL_NAME is shop$' \
  "^of-envs: POOL_MAX is '\"10\"', POOL_NAME is '''shop'''\$" "^of-kubectl: POOL_MAX is '\"10\"', POOL_NAME is '''shop'''\$"
holds 'kustomize keeps the quotes of an env file, and takes those of literals off'
