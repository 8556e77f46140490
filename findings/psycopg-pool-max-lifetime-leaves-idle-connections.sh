#!/usr/bin/env bash
# max_lifetime of psycopg_pool closes no idle connection: it stays open without a limit, and serves once more before it
# goes.
# Of:      library psycopg_pool 3.1.5, PostgreSQL 18.4
# Guess:   a connection that is older than max_lifetime is closed within seconds, whether it is used or not, and is lent
#          to nobody.
# Happens: psycopg_pool 3.1.5 (Debian's python3-psycopg-pool 3.1.7-4), min_size=2, max_lifetime=1 s: after 4 s without a
#          request both connections of the start are still open. The next two requests get them, four times as old as
#          allowed; they are closed and replaced when they come back.
# Hurts:   who sets max_lifetime below the time after which a firewall or a proxy drops a connection, or so that a
#          fail-over or new credentials reach every process: on quiet pools the first requests after the pause get the
#          old ones.
# So:      max_lifetime bounds busy pools only; for quiet ones min_size=0 with max_idle, or a check() from 3.2 on.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
. "$here/lib/common.sh"
. "$here/lib/npm.sh"
. "$here/lib/debian.sh"
. "$here/lib/postgres.sh"
. "$here/lib/python.sh"
. "$here/lib/psycopg-pool.sh"
run_psycopg_pool <<'PY'
import time

pool = psycopg_pool.ConnectionPool(
    f"host=127.0.0.1 port={os.environ['PGPORT']} user=postgres dbname=postgres",
    open=False, min_size=2, max_size=2, max_lifetime=1.0,
)
pool.open(wait=True)


def two_requests():
    lent = [pool.getconn() for _ in range(2)]
    pids = {connection.info.backend_pid for connection in lent}
    for connection in lent:
        pool.putconn(connection)
    return pids


first = two_requests()
time.sleep(4)
second = two_requests()
time.sleep(0.5)
third = two_requests()
print(f"after 4 s without a request, connections of the start: {len(first & second)}")
print(f"after these have been used: {len(first & third)}")
pool.close()
PY
expect '^after 4 s without a request, connections of the start: 2$' '^after these have been used: 0$'
holds 'max_lifetime of psycopg_pool leaves idle connections open, and lends them'
