"""What pools of Python do that no option tells: the order of lending, what stays open, and what closing does.

Prints it as JSON, by pool.
"""
import asyncio
import ctypes.util
import json
import os
import threading

# libpq lies beside the modules, where psycopg does not look for it.
found = ctypes.util.find_library
ctypes.util.find_library = lambda name: found(name) or f"lib{name}.so.5"

import asyncpg
import psycopg_pool
import sqlalchemy

to = {
    "host": os.environ["DB_HOST"],
    "port": int(os.environ["DB_PORT"]),
    "user": os.environ["DB_USERNAME"],
    "password": os.environ["DB_PASSWORD"],
}
database = os.environ["DB_DATABASE"]
own_id = "SELECT pg_backend_pid()"


def order(burst, ids):
    """Which of a burst, in the order of giving back, were lent one at a time after it."""
    return [burst.index(one) for one in ids]


def psycopg():
    pool = psycopg_pool.ConnectionPool(kwargs={**to, "dbname": database, "autocommit": True}, min_size=3, max_size=3, open=False)
    pool.open(wait=True)
    run = lambda one: one.execute(own_id).fetchone()[0]

    def lent():
        one = pool.getconn()
        value = run(one)
        pool.putconn(one)
        return value

    held = [pool.getconn() for _ in range(3)]
    burst = [run(one) for one in held]
    # A worker takes each back.
    for one in held:
        pool.putconn(one)
    lends = order(burst, [lent() for _ in range(4)])
    held = [pool.getconn() for _ in range(3)]
    errors = []

    def wait():
        try:
            pool.getconn()
        except Exception as error:
            errors.append(type(error).__name__)

    waiter = threading.Thread(target=wait)
    waiter.start()
    while not pool.get_stats().get("requests_waiting"):
        pass
    pool.close()
    waiter.join()
    works = run(held[0]) in burst
    for one in held:
        pool.putconn(one)
    return {"lends": lends, "heldWorks": works, "waiter": errors[0], "closedAtReturn": held[0].closed}


def alchemy():
    url = sqlalchemy.URL.create(
        "postgresql+psycopg", to["user"], to["password"], to["host"], to["port"], database
    )
    engine = sqlalchemy.create_engine(url, pool_size=3, max_overflow=2)
    run = lambda one: one.exec_driver_sql(own_id).fetchone()[0]
    atFirst = engine.pool.checkedin() + engine.pool.checkedout()
    held = [engine.connect() for _ in range(5)]
    burst = [run(one) for one in held]
    atOnce = len(set(burst))
    for one in held:
        one.close()

    def lent():
        with engine.connect() as one:
            return run(one)

    result = {"lends": order(burst, [lent() for _ in range(4)]), "atFirst": atFirst, "atOnce": atOnce}
    result["afterwards"] = engine.pool.checkedin()
    engine.dispose()
    return result


async def async_pool():
    pool = await asyncpg.create_pool(**to, database=database, min_size=2, max_size=3, max_inactive_connection_lifetime=0.4)
    atFirst = pool.get_size()
    held = [await pool.acquire() for _ in range(3)]
    burst = [await one.fetchval(own_id) for one in held]
    for one in held:
        await pool.release(one)
    lends = order(burst, [await pool.fetchval(own_id) for _ in range(4)])
    for _ in range(100):
        if pool.get_size() == 0:
            break
        await asyncio.sleep(0.05)
    afterwards = pool.get_size()
    held = [await pool.acquire() for _ in range(3)]
    waiting = asyncio.ensure_future(pool.acquire())
    await asyncio.sleep(0)
    closing = asyncio.create_task(pool.close())
    await asyncio.sleep(0.1)
    works = not closing.done() and await held[0].fetchval("SELECT 1") == 1
    for one in held:
        await pool.release(one)
    try:
        connection = await asyncio.wait_for(waiting, 5)
        waiter = "served" if await connection.fetchval("SELECT 1") == 1 else "?"
    except Exception as error:
        waiter = type(error).__name__
    try:
        await asyncio.wait_for(closing, 5)
    except Exception:
        pool.terminate()
    return {"lends": lends, "atFirst": atFirst, "afterwards": afterwards, "heldWorks": works, "waiter": waiter}


print(json.dumps({"psycopg-pool": psycopg(), "sqlalchemy": alchemy(), "asyncpg": asyncio.run(async_pool())}))
