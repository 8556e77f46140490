# Shared by all findings: a temporary folder, clean-up by process id, and the last line that says how it ended.
# shellcheck shell=bash disable=SC2034,SC2154

work=$(mktemp -d "${TMPDIR:-/tmp}/finding.XXXXXX")
chmod 755 "$work"
pids=()

# Ends what this script started, by id, and removes the folder.
clean_up() {
  local pid
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  for pid in "${pids[@]}"; do
    for _ in {1..50}; do kill -0 "$pid" 2>/dev/null || break; sleep 0.1; done
    kill -9 "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
  done
  cd / && rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

cannot() { echo "cannot be shown: $*"; exit 2; }
command -v node npm >/dev/null || cannot "node and npm are needed"

# Runs a JavaScript module from standard input in the temporary folder; prints what it prints and keeps it for `expect`.
run_js() {
  (cd "$work" && timeout 50 node --input-type=module - 2>&1) | tee "$work/seen" || changed "the program failed"
}

# expect PATTERN...: each extended regular expression matches a line that was printed.
expect() {
  local pattern
  for pattern in "$@"; do grep -Eq -- "$pattern" "$work/seen" || changed "no line matches /$pattern/"; done
}
holds() { echo "finding holds: $*"; }
changed() { echo "finding changed: $*"; exit 1; }

# Runs a command as an ordinary user: servers refuse to be root.
unprivileged() {
  if [ "$(id -u)" = 0 ]; then setpriv --reuid=65534 --regid=65534 --clear-groups -- "$@"; else "$@"; fi
}
# serve LOG COMMAND...: the same in the background, ended with the script.
serve() {
  local log=$1
  shift
  if [ "$(id -u)" = 0 ]; then
    setpriv --reuid=65534 --regid=65534 --clear-groups -- "$@" >"$log" 2>&1 &
  else
    "$@" >"$log" 2>&1 &
  fi
  pids+=($!)
}
hand_over() { if [ "$(id -u)" = 0 ]; then chown -R 65534:65534 "$@"; fi; }

# A port of 127.0.0.1 that nobody listens on.
free_port() {
  node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })'
}

# port_open PORT: waits up to 20 s until somebody listens on it.
port_open() {
  for _ in {1..200}; do
    if (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; then return 0; fi
    sleep 0.1
  done
  return 1
}
