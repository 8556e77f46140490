#!/usr/bin/env bash
# max_waiting of psycopg_pool refuses requests for which the pool has room, while it opens connections for them.
# Of:      library psycopg_pool 3.1.5, PostgreSQL 18.4
# Guess:   max_waiting limits those who wait because all max_size connections are taken.
# Happens: psycopg_pool 3.1.5 (Debian's python3-psycopg-pool 3.1.7-4; 3.3.2 does the same) on PostgreSQL 18.4: min_size=1,
#          max_size=5, max_waiting=1, and five requests at once: two are served and three fail with TooManyRequests, because
#          the one that waits for a connection which is just being opened is the one that may wait, and the pool opens one
#          at a time. With min_size=5 all five are served.
# Hurts:   who limits the queue so that overload fails fast: the first requests after a quiet time fail at a fraction of the
#          load that the pool is made for; also with Django's OPTIONS["pool"], which hands both on.
# So:      where max_waiting is set, min_size = max_size, and pool.open(wait=True) before the first request.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
. "$here/lib/common.sh"
. "$here/lib/npm.sh"
. "$here/lib/debian.sh"
. "$here/lib/postgres.sh"
. "$here/lib/python.sh"
. "$here/lib/psycopg-pool.sh"
run_psycopg_pool <<'PY'
import logging
import threading

logging.disable(logging.CRITICAL)


def five_at_once(min_size):
    pool = psycopg_pool.ConnectionPool(
        f"host=127.0.0.1 port={os.environ['PGPORT']} user=postgres dbname=postgres",
        open=False, min_size=min_size, max_size=5, max_waiting=1, timeout=5,
    )
    pool.open(wait=True)
    outcomes, all_asked, over = [], threading.Semaphore(0), threading.Event()

    def request():
        try:
            connection = pool.getconn()
        except psycopg_pool.TooManyRequests:
            outcomes.append("refused")
            return all_asked.release()
        outcomes.append("served")
        all_asked.release()
        over.wait()
        pool.putconn(connection)

    requests = [threading.Thread(target=request) for _ in range(5)]
    for one in requests:
        one.start()
    for _ in requests:
        all_asked.acquire(timeout=10)
    served = outcomes.count("served")
    print(f"min_size={min_size}: {served} served, {outcomes.count('refused')} refused")
    over.set()
    for one in requests:
        one.join()
    pool.close()


five_at_once(1)
five_at_once(5)
PY
expect '^min_size=1: [1-4] served, [1-4] refused$' '^min_size=5: 5 served, 0 refused$'
holds 'psycopg_pool refuses requests that it has room for while it grows'
