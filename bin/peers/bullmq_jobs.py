"""BullMQ's Python port: one process, 100 jobs at once. Arguments: the URL of Redis, how many jobs."""
import asyncio, json, sys, time
from bullmq import Queue, Worker

URL, JOBS = sys.argv[1], int(sys.argv[2])
OPTIONS = {"removeOnComplete": True}
SINGLE = 1000


async def enqueue(queue):
    start = time.monotonic()
    for number in range(SINGLE):
        await queue.add("job", {"number": number}, OPTIONS)
    single = SINGLE / (time.monotonic() - start)
    start = time.monotonic()
    for _ in range(0, JOBS, 500):
        await queue.addBulk([{"name": "job", "data": {}, "opts": OPTIONS}] * 500)
    return single, JOBS / (time.monotonic() - start)


async def settle():
    done = 0
    empty = asyncio.Event()

    async def handle(job, token):
        nonlocal done
        done += 1
        if done == JOBS + SINGLE:
            empty.set()

    start = time.monotonic()
    worker = Worker("bench", handle, {"connection": URL, "concurrency": 100})
    await empty.wait()
    rate = (JOBS + SINGLE) / (time.monotonic() - start)
    await worker.close(force=True)
    return rate


async def main():
    queue = Queue("bench", {"connection": URL})
    single, batch = await enqueue(queue)
    settled = await settle()
    await queue.obliterate(force=True)
    await queue.close()
    print(json.dumps({"settled": settled, "single": single, "batch": batch}))


asyncio.run(main())
