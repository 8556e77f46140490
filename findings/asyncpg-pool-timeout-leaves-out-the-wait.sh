#!/usr/bin/env bash
# The timeout of asyncpg's pool.fetch() and its kin leaves out the wait for a connection, which has no limit.
# Of:      library asyncpg 0.27.0, PostgreSQL 18.4
# Guess:   await pool.fetchval(query, timeout=0.5) ends after half a second, whatever it waits for.
# Happens: with the one connection of the pool lent, pool.fetchval(..., timeout=0.5) still waits after 3 s. The timeout
#          counts from when a connection was found, and so does the pool's command_timeout; acquire(timeout=0.5) ends in
#          time.
# Hurts:   services that call the pool directly, as its documentation shows: with the pool exhausted requests pile up
#          without a limit, each with a timeout.
# So:      async with pool.acquire(timeout=...), or asyncio.timeout() around the call.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
. "$here/lib/common.sh"
. "$here/lib/npm.sh"
. "$here/lib/debian.sh"
. "$here/lib/postgres.sh"
. "$here/lib/python.sh"
start_postgres
debian_unpack '0.27.0-*' python3-asyncpg
run_python <<'PY'
import asyncio
import os

import asyncpg

print("asyncpg", asyncpg.__version__)


async def within_3_s(name, call):
    task = asyncio.ensure_future(call)
    await asyncio.wait([task], timeout=3)
    if not task.done():
        task.cancel()
        return print(f"{name}: still waits after 3 s")
    print(f"{name}: {type(task.exception()).__name__ if task.exception() else 'served'}")


async def main():
    where = dict(host="127.0.0.1", port=int(os.environ["PGPORT"]), user="postgres", database="postgres")
    pool = await asyncpg.create_pool(min_size=1, max_size=1, command_timeout=0.5, **where)
    await within_3_s("a slow query with timeout", pool.fetchval("SELECT pg_sleep(2)", timeout=0.5))
    async with pool.acquire():
        await within_3_s("exhausted, fetchval with timeout", pool.fetchval("SELECT 1", timeout=0.5))
        await within_3_s("exhausted, acquire with timeout", pool.acquire(timeout=0.5).__aenter__())
    pool.terminate()


asyncio.run(main())
PY
expect '^a slow query with timeout: TimeoutError$' '^exhausted, fetchval with timeout: still waits after 3 s$' \
  '^exhausted, acquire with timeout: TimeoutError$'
holds 'the timeout of a query of asyncpg leaves out the wait for a connection'
