# Packages of the npm registry, in the temporary folder.
# shellcheck shell=bash disable=SC2034,SC2154

# npm_install NAME@VERSION...: exactly these versions, without their install scripts.
npm_install() {
  [ -f "$work/package.json" ] || echo '{"private":true,"type":"module"}' >"$work/package.json"
  (cd "$work" && npm install --save-exact --ignore-scripts --no-audit --no-fund --loglevel=error "$@" >npm.log 2>&1) ||
    cannot "npm does not install $* ($(grep -m 1 error "$work/npm.log"))"
}
