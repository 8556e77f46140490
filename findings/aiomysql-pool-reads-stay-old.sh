#!/usr/bin/env bash
# aiomysql's pool hands a read's transaction on to the next request: all see the rows as of the first read, without a limit.
# Of:      library aiomysql 0.1.1, MariaDB 10.11
# Guess:   a connection that goes back to the pool is rolled back, so the next reader sees what is there by then.
# Happens: aiomysql 0.1.1 (Debian 12), a pool with its default, autocommit off, and an InnoDB table: a request counts 1 row
#          and gives the connection back. Another client adds a row and commits; 2 s and five requests later the pool still
#          counts 1. Release rolls back only what the server reports as a transaction, and MariaDB does not report one that
#          has only read with autocommit off. The idle connection keeps its snapshot on the server all the while. With
#          autocommit=True the next request counts 2.
# Hurts:   services that only read through the pool: each connection answers as of its own first read, so the same request
#          gets old or new rows by chance, for as long as the connection lives; and InnoDB can purge no old row meanwhile.
# So:      create_pool(autocommit=True), and BEGIN where a transaction is wanted.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
. "$here/lib/common.sh"
. "$here/lib/npm.sh"
. "$here/lib/debian.sh"
. "$here/lib/mariadb.sh"
. "$here/lib/python.sh"
start_mariadb
debian_unpack '0.1.1-*' python3-aiomysql python3-pymysql
run_python <<'PY'
import asyncio
import re

import aiomysql

text = open("login.mjs").read()
login = dict(re.findall(r"(host|user|password): '([^']+)'", text), db="app", port=int(re.search(r"port: (\d+)", text)[1]))


async def main():
    print("aiomysql", aiomysql.__version__)
    writer = await (await aiomysql.connect(**login, autocommit=True)).cursor()
    await writer.execute("CREATE TABLE orders (id INT PRIMARY KEY) ENGINE=InnoDB")
    for options in {}, {"autocommit": True}:
        await writer.execute("DELETE FROM orders")
        await writer.execute("INSERT INTO orders VALUES (1)")
        pool = await aiomysql.create_pool(**login, **options)

        async def count():
            async with pool.acquire() as connection, connection.cursor() as cursor:
                await cursor.execute("SELECT COUNT(*) FROM orders")
                return (await cursor.fetchone())[0]

        before = await count()
        await writer.execute("INSERT INTO orders VALUES (2)")
        await asyncio.sleep(2)
        after = [await count() for _ in range(5)]
        await writer.execute("SELECT COUNT(*) FROM information_schema.innodb_trx")
        held = (await writer.fetchone())[0]
        print(f"{options or 'defaults'}: before {before}, after another client's INSERT {after}, transactions held {held}")
        pool.terminate()
        await pool.wait_closed()


asyncio.run(main())
PY
expect '^defaults: before 1, after another client.s INSERT \[1, 1, 1, 1, 1\], transactions held 1$' \
  "^\{'autocommit': True\}: before 1, after another client.s INSERT \[2, 2, 2, 2, 2\], transactions held 0$"
holds "aiomysql's pool answers as of the first read of a connection"
