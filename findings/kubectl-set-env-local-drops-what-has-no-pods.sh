#!/usr/bin/env bash
# kubectl set env --local leaves a file's ConfigMaps and Services out of what it prints, and ends with 1 although it is done.
# Of:      tool kubectl 1.32.3
# Guess:   objects without pods are passed on as they are, and the exit code is 0.
# Happens: kubectl 1.32.3, a file with a ConfigMap, a Deployment and a Service: `kubectl set env --local -f app.yaml -o yaml
#          POOL_MAX=9` prints the Deployment with the new value, and nothing else. For each of the other two it writes an
#          error, "the object is not a pod or does not have a pod template", and the exit code is 1. A file with the
#          Deployment alone ends with 0. set resources does the same.
# Hurts:   who sets the size of a pool in a pipeline: `kubectl set env --local ... | kubectl apply -f -` without pipefail
#          rolls the pods out, and the ConfigMap or Service of the same file is not created or keeps its old values; with
#          pipefail, or `set -e` around it, the step fails although the pods have changed.
# So:      kustomize patches for files with several objects, or one file for each.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
. "$here/lib/common.sh"
. "$here/lib/npm.sh"
. "$here/lib/kubectl.sh"
unpack_kubectl
cat >"$work/pods.yaml" <<'YAML'
apiVersion: apps/v1
kind: Deployment
metadata: { name: shop }
spec:
  selector: { matchLabels: { app: shop } }
  template:
    metadata: { labels: { app: shop } }
    spec: { containers: [{ name: shop, image: "shop:1", env: [{ name: POOL_MAX, value: "5" }] }] }
YAML
{
  printf '%s\n' 'apiVersion: v1' 'kind: ConfigMap' 'metadata: { name: shop }' 'data: { POOL_MIN: "1" }' ---
  cat "$work/pods.yaml"
  printf '%s\n' --- 'apiVersion: v1' 'kind: Service' 'metadata: { name: shop }' 'spec: { ports: [{ port: 80 }] }'
} >"$work/app.yaml"

# tell FILE COMMAND...: what the command makes of the file.
tell() {
  local file=$1 code=0
  shift
  "${kubectl[@]}" "$@" --local -f "$work/$file" -o yaml >"$work/out" 2>"$work/err" || code=$?
  echo "$file, kubectl $*: prints $(sed -n 's/^kind: //p' "$work/out" | paste -sd ' '), exit code $code"
  sed -n 's/^error: /  /p' "$work/err"
  grep -A 1 'name: POOL_MAX' "$work/out" | sed -n 's/^ *value: /  POOL_MAX is now /p'
}
{
  "${kubectl[@]}" version --client
  tell app.yaml set env POOL_MAX=9
  tell pods.yaml set env POOL_MAX=9
  tell app.yaml set resources --limits=cpu=1
} | tee "$work/seen"
expect '^Client Version: v1.32.3' '^app.yaml, kubectl set env POOL_MAX=9: prints Deployment, exit code 1$' \
  '^  configmap/shop the object is not a pod' '^  service/shop the object is not a pod' '^  POOL_MAX is now "9"$' \
  '^pods.yaml, kubectl set env POOL_MAX=9: prints Deployment, exit code 0$' \
  '^app.yaml, kubectl set resources .*: prints Deployment, exit code 1$'
holds 'kubectl set env --local prints the objects with pods only, and ends with 1'
