"""Takes the pool of a snippet, which is on standard input, to its limits from tasks of asyncio; prints what happened as JSON.

Arguments: as of threads.py.
"""
import asyncio
import json
import sys

target, limit, queue, own_id, end, slow = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), *sys.argv[4:]

snippet = {}
exec(sys.stdin.read(), snippet)


async def pool_of_snippet():
    """What makes an `async with` of a connection, what runs SQL with it for one value, and what ends the pool."""
    if target == "asyncpg":
        pool = await snippet["open_pool"]()
        return lambda: snippet["connection"](pool), lambda one, sql: one.fetchval(sql), pool.close

    async def run(connection, sql):
        return (await connection.exec_driver_sql(sql)).fetchone()[0]

    engine = snippet["engine"]
    return engine.connect, run, engine.dispose


class Request:
    """One that takes a connection, and holds it until it may go on."""

    def __init__(self, pool, sql=own_id):
        self.value, self.error = None, None
        self.settled, self.goes_on = asyncio.Event(), asyncio.Event()
        self.task = asyncio.create_task(self.work(*pool, sql))

    async def work(self, take, run, _close, sql):
        try:
            async with take() as connection:
                self.value = await run(connection, sql)
                self.settled.set()
                await self.goes_on.wait()
        except Exception as error:
            self.error = self.error if self.settled.is_set() else type(error).__name__
            self.settled.set()

    async def outcome(self):
        await asyncio.wait_for(self.settled.wait(), 20)
        return self.error


async def over(requests):
    for request in requests:
        request.goes_on.set()
    await asyncio.gather(*[request.task for request in requests])


async def main():
    pool = await pool_of_snippet()

    async def one(sql=own_id):
        request = Request(pool, sql)
        error = await request.outcome()
        await over([request])
        return error

    held = [Request(pool) for _ in range(limit)]
    held_errors = [await request.outcome() for request in held]
    waiting = [Request(pool) for _ in range(max(queue, 1))]
    refused = await Request(pool).outcome() if queue >= 0 else None
    still_waiting = sum(not request.settled.is_set() for request in waiting)
    gave_up = [await request.outcome() for request in waiting]
    sessions = {request.value for request in held}
    await over(held)
    again = [Request(pool) for _ in range(limit)]
    again_errors = [await request.outcome() for request in again]
    others = [request.value for request in again[1:]]
    await over(again)
    slow_error = await one(slow)
    ended = [Request(pool, end % session) for session in others]
    for request in ended:
        await request.outcome()
    await over(ended)
    tries = [await one() for _ in range(2 * limit)]
    await pool[2]()
    print(
        json.dumps(
            {
                "served": [held_errors, len(sessions)],
                "refused": refused,
                "stillWaiting": still_waiting,
                "gaveUp": gave_up,
                "again": again_errors,
                "slow": slow_error,
                "afterTheEnd": tries[-1],
            }
        )
    )


asyncio.run(main())
