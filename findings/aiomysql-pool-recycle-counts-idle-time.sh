#!/usr/bin/env bash
# pool_recycle of aiomysql and aiopg is no longest age: a connection that is used more often than that lives without a limit.
# Of:      library aiomysql 0.1.1, aiopg 1.4.0, MariaDB 10.11, PostgreSQL 18.4
# Guess:   as the option of the same name in SQLAlchemy: a connection that is older than that is replaced when it is
#          next taken, however busy it was.
# Happens: aiomysql 0.1.1 with pool_recycle=2: one connection serves a request every 0.5 s for 5 s, and is never
#          replaced; after 3 s without a request it is. Nothing closes it in those 3 s: it is looked at when it is next
#          taken. aiopg 1.4.0 the same.
# Hurts:   who sets pool_recycle so that connections move to a new server, address or password in time: the busy ones,
#          which matter, stay, and only idle ones go. The option is the other libraries' idle timeout under the name of
#          their longest age.
# So:      restart the processes where connections have to move, or close them on the server.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
. "$here/lib/common.sh"
. "$here/lib/npm.sh"
. "$here/lib/debian.sh"
. "$here/lib/postgres.sh"
. "$here/lib/mariadb.sh"
. "$here/lib/python.sh"
start_postgres
start_mariadb
debian_unpack '1.4.0-*' python3-aiopg python3-psycopg2 python3-async-timeout libpq5
debian_unpack '0.1.1-*' python3-aiomysql python3-pymysql
run_python <<'PY'
import asyncio
import os
import re

import aiomysql
import aiopg

text = open("login.mjs").read()
login = dict(re.findall(r"(host|user|password): '([^']+)'", text), db="app", port=int(re.search(r"port: (\d+)", text)[1]))
dsn = f"host=127.0.0.1 port={os.environ['PGPORT']} user=postgres dbname=postgres"
print("aiomysql", aiomysql.__version__, "aiopg", aiopg.__version__)


async def watch(name, pool, sql):
    async def session():
        async with pool.acquire() as connection, connection.cursor() as cursor:
            await cursor.execute(sql)
            return (await cursor.fetchone())[0]

    seen = []
    for _ in range(11):
        seen.append(await session())
        await asyncio.sleep(0.5)
    await asyncio.sleep(3)
    last = await session()
    print(f"{name}: {len(set(seen))} session in 5 s of requests, after 3 s without one {'another' if last not in seen else 'the same'}")
    pool.terminate()
    await pool.wait_closed()


async def main():
    options = dict(minsize=1, maxsize=1, pool_recycle=2)
    await asyncio.gather(
        watch("aiomysql", await aiomysql.create_pool(**login, **options), "SELECT CONNECTION_ID()"),
        watch("aiopg", await aiopg.create_pool(dsn, **options), "SELECT pg_backend_pid()"),
    )


asyncio.run(main())
PY
expect '^aiomysql: 1 session in 5 s of requests, after 3 s without one another$' \
  '^aiopg: 1 session in 5 s of requests, after 3 s without one another$'
holds 'pool_recycle of aiomysql and aiopg counts the time since the last use'
