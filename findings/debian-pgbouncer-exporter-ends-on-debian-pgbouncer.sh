#!/usr/bin/env bash
# Debian's exporter for PgBouncer cannot read Debian's PgBouncer: it ends when it starts.
# Of:      tool prometheus-pgbouncer-exporter 1.7, PgBouncer 1.18.0
# Guess:   the two packages of one release work together.
# Happens: prometheus-pgbouncer-exporter 1.7 with PgBouncer 1.18.0, both of Debian 12: it logs in to the console, asks SHOW
#          STATS for total_requests, which PgBouncer has not had since 1.8 of 2017, and ends with a KeyError.
# Hurts:   who installs both: there is no metric of a pool, and an alert on waiting clients is quiet because it has no series.
# So:      alert on `up == 0` of every job, and take the exporter of prometheus-community.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
. "$here/lib/common.sh"
. "$here/lib/npm.sh"
. "$here/lib/debian.sh"
. "$here/lib/postgres.sh"
. "$here/lib/pgbouncer.sh"
python=/usr/bin/python3
[ "$($python -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null)" = 3.11 ] || cannot "there is no Python 3.11 of Debian 12"
start_postgres
start_pgbouncer
debian_unpack '1.7-*' prometheus-pgbouncer-exporter python3-prometheus-client python3-psycopg2 python3-configargparse python3-decorator \
  python3-pkg-resources libpq5 libldap-2.5-0
port=$(free_port)
serve "$work/exporter.log" env "PYTHONPATH=$root/usr/lib/python3/dist-packages" "LD_LIBRARY_PATH=$library_path" \
  "$python" -m prometheus_pgbouncer_exporter --host 127.0.0.1 --port "$port" --pgbouncer-host 127.0.0.1 \
  --pgbouncer-port "$PGPORT" --pgbouncer-user console
exporter=${pids[-1]}
for _ in {1..200}; do kill -0 "$exporter" 2>/dev/null || break; sleep 0.1; done
code=running
kill -0 "$exporter" 2>/dev/null || { code=0; wait "$exporter" || code=$?; }
{
  echo "exit code: $code"
  grep -E '^([A-Za-z.]*Error): ' "$work/exporter.log" || true
} | tee "$work/seen"
expect '^exit code: 1$' "^KeyError: 'total_requests'$"
holds 'prometheus-pgbouncer-exporter 1.7 ends at SHOW STATS of PgBouncer 1.18.0'
