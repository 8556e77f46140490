#!/usr/bin/env bash
# An async engine of SQLAlchemy with pool_timeout=0 refuses every request once all its connections have been opened, also
# while all of them are free.
# Of:      library SQLAlchemy 1.4.46, asyncpg 0.27.0, PostgreSQL 18.4
# Guess:   as with an engine of threads, 0 means "do not wait": a request is refused only where no connection is free.
# Happens: SQLAlchemy 1.4.46 with asyncpg 0.27.0 and greenlet 2.0.2 on Python 3.11 (2.0.52 on Python 3.14 does the same):
#          pool_size=2, max_overflow=0, pool_timeout=0. One request after the other is served; after two at once, which open
#          the second connection, each later request fails with "QueuePool limit ... reached", for good, though both are
#          free. An engine of threads with the same arguments serves them. The pool waits by asyncio.wait_for(), which gives
#          what it waits for no turn when the time is 0.
# Hurts:   who wants requests to fail fast in an asyncio application: it works in tests, and stops at the first busy moment.
# So:      pool_timeout=0.001 is refused after a millisecond, and served where a connection is free.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
. "$here/lib/common.sh"
. "$here/lib/npm.sh"
. "$here/lib/debian.sh"
. "$here/lib/postgres.sh"
. "$here/lib/python.sh"
start_postgres
debian_unpack '1.4.46*' python3-sqlalchemy python3-asyncpg python3-greenlet python3-psycopg2 libpq5
run_python <<'PY'
import asyncio
import os

import sqlalchemy
from sqlalchemy import create_engine, text
from sqlalchemy.ext.asyncio import create_async_engine

server = f"127.0.0.1:{os.environ['PGPORT']}/postgres"
print("SQLAlchemy", sqlalchemy.__version__)


async def tasks(pool_timeout):
    engine = create_async_engine(
        f"postgresql+asyncpg://postgres@{server}", pool_size=2, max_overflow=0, pool_timeout=pool_timeout
    )

    async def request():
        try:
            async with engine.connect() as connection:
                await connection.execute(text("select pg_sleep(0.1)"))
            return "served"
        except sqlalchemy.exc.TimeoutError as error:
            return str(error).split(" reached")[0]

    print(f"tasks, {pool_timeout}, one after the other:", await request(), await request())
    print(f"tasks, {pool_timeout}, two at once:", *await asyncio.gather(request(), request()))
    busy = engine.pool.checkedout()
    print(f"tasks, {pool_timeout}, {busy} busy:", await request(), "|", await request())
    await engine.dispose()


def threads():
    engine = create_engine(f"postgresql+psycopg2://postgres@{server}", pool_size=2, max_overflow=0, pool_timeout=0)
    for one in [engine.connect(), engine.connect()]:
        one.close()
    for _ in range(2):
        engine.connect().close()
    print("threads, 0, none busy: served served")


asyncio.run(tasks(0))
asyncio.run(tasks(0.001))
threads()
PY
refused='QueuePool limit of size 2 overflow 0'
expect '^tasks, 0, one after the other: served served$' \
  '^tasks, 0, two at once: served served$' \
  "^tasks, 0, 0 busy: $refused \\| $refused\$" \
  '^tasks, 0.001, 0 busy: served \| served$' \
  '^threads, 0, none busy: served served$'
holds 'SQLAlchemy with pool_timeout=0 refuses tasks while both connections are free'
