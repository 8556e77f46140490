#!/usr/bin/env bash
# psycopg_pool closes one idle connection per max_idle: after a burst, a pool of 20 needs hours to get small again.
# Of:      library psycopg_pool 3.1.5, PostgreSQL 18.4
# Guess:   each connection that has been idle for max_idle is closed, so that a burst is gone after that time.
# Happens: psycopg_pool 3.1.5 (Debian's python3-psycopg-pool 3.1.7-4), min_size=1, max_size=6, max_idle=1 s, one burst
#          of 6 and then nothing: 6, 5, 4, 3, 2 and 1 connections after 1, 2, 3, 4, 5 and 6 s. With the default of 10
#          minutes and max_size=20 that is more than three hours; each further burst starts it anew.
# Hurts:   who counts on max_idle for the connections of many processes: peaks of different processes add up, and a
#          server that was filled by one burst stays full.
# So:      count max_size per process on the server, whatever max_idle is; or a short max_idle, which costs no more than
#          one login per that time.
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
    open=False, min_size=1, max_size=6, max_idle=1.0,
)
pool.open(wait=True)
burst = [pool.getconn() for _ in range(6)]
for connection in burst:
    pool.putconn(connection)
sizes = [6]
last = time.monotonic()
while sizes[-1] > 1 and time.monotonic() - last < 3:
    time.sleep(0.05)
    size = pool.get_stats()["pool_size"]
    if size != sizes[-1]:
        print(f"{sizes[-1]} -> {size} after {'about a second' if time.monotonic() - last > 0.5 else 'less'}")
        sizes.append(size)
        last = time.monotonic()
pool.close()
PY
expect '^6 -> 5 after about a second$' '^4 -> 3 after about a second$' '^2 -> 1 after about a second$'
holds 'psycopg_pool closes one idle connection per max_idle'
