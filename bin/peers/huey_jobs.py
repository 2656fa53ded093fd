"""Huey: one process, 2 threads. Arguments: the URL of Redis, how many jobs."""
import json, sys, threading, time
from huey import RedisHuey

URL, JOBS = sys.argv[1], int(sys.argv[2])
huey = RedisHuey("bench", url=URL, results=False)
lock, empty, done = threading.Lock(), threading.Event(), 0


@huey.task()
def job():
    global done
    with lock:
        done += 1
        if done == JOBS:
            empty.set()


start = time.monotonic()
for _ in range(JOBS):
    job()
single = JOBS / (time.monotonic() - start)
consumer = huey.create_consumer(workers=2, periodic=False)
start = time.monotonic()
consumer.start()
empty.wait()
settled = JOBS / (time.monotonic() - start)
consumer.stop()
huey.flush()
print(json.dumps({"settled": settled, "single": single, "batch": single}))
