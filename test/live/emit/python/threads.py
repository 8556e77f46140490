"""Takes the pool of a snippet, which is on standard input, to its limits from threads; prints what happened as JSON.

Arguments: the target, its connections, the requests that may wait (-1 where any number may), SQL for the id of a session,
SQL that ends one, SQL that takes five seconds.
"""
import ctypes.util
import json
import sys
import threading

target, limit, queue, own_id, end, slow = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), *sys.argv[4:]

# libpq lies beside the modules, where psycopg does not look for it.
found = ctypes.util.find_library
ctypes.util.find_library = lambda name: found(name) or f"lib{name}.so.5"

snippet = {}
exec(sys.stdin.read(), snippet)


def pool_of_snippet():
    """Functions that take a connection, give it back, and run SQL with it for one value."""
    if target == "psycopg-pool":
        pool = snippet["pool"]
        pool.open(wait=True)
        return pool.getconn, pool.putconn, lambda connection, sql: connection.execute(sql).fetchone()[0]
    if target == "sqlalchemy":
        connect = snippet["engine"].connect
        return connect, lambda one: one.close(), lambda one, sql: one.exec_driver_sql(sql).fetchone()[0]
    import django
    from django.conf import settings

    settings.configure(DATABASES=snippet["DATABASES"])
    django.setup()
    from django.db import connection

    def run(_, sql):
        with connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchone()[0]

    connection.pool.open(wait=True)
    return lambda: connection.ensure_connection(), lambda _: connection.close(), run  # of the thread that calls


take, give_back, run = pool_of_snippet()


class Request(threading.Thread):
    """One that takes a connection, and holds it until it may go on."""

    def __init__(self, sql=own_id):
        super().__init__(daemon=True)
        self.sql, self.value, self.error = sql, None, None
        self.settled, self.goes_on = threading.Event(), threading.Event()
        self.start()

    def run(self):
        try:
            connection = take()
        except Exception as error:
            self.error = type(error.__cause__ if target == "django" else error).__name__
            return self.settled.set()
        try:
            self.value = run(connection, self.sql)
        except Exception as error:
            self.error = type(error).__name__
        self.settled.set()
        self.goes_on.wait()
        try:
            give_back(connection)
        except Exception:
            pass  # It was ended.

    def outcome(self):
        self.settled.wait(20)
        return self.error


def over(requests):
    for request in requests:
        request.goes_on.set()
    for request in requests:
        request.join()


def one(sql=own_id):
    request = Request(sql)
    error = request.outcome()
    over([request])
    return error


held = [Request() for _ in range(limit)]
held_errors = [request.outcome() for request in held]
waiting = [Request() for _ in range(max(queue, 1))]
refused = Request().outcome() if queue >= 0 else None
still_waiting = sum(not request.settled.is_set() for request in waiting)
gave_up = [request.outcome() for request in waiting]
sessions = {request.value for request in held}
over(held)
again = [Request() for _ in range(limit)]
again_errors = [request.outcome() for request in again]
others = [request.value for request in again[1:]]
over(again)
slow_error = one(slow)
ended = [Request(end % session) for session in others]
for request in ended:
    request.outcome()
over(ended)
tries = [one() for _ in range(2 * limit)]
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
