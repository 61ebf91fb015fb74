"""Two ways to run programs in Python, to measure the sandbox against.

    python -I baseline_pool.py MODE WORKERS PRELOAD MEMORY_BYTES < programs.jsonl

Reads lines {"code", "inputs", "timeout"} (seconds), runs all, prints one line
{"seconds", "started": s until the first result, "ok": programs with a grid for every input}.

pool    the way of the SOAR paper's code, written anew: for each program a fresh pool of one
        process, forked from this one, which limits its address space, executes the source and
        calls `transform` on every input; the results come back pickled; the pool is killed after
        that, or when its time is up. WORKERS such pools at a time. PRELOAD names the modules that
        this process has imported (comma-separated, may be empty), so that forks need not.
plain   no isolation: WORKERS processes each execute their share, one program after the other.
        No limits either: not for programs that loop or eat memory.
"""
import json
import multiprocessing
import os
import resource
import sys
import threading
import time
import warnings

MODE, WORKERS, PRELOAD, MEMORY = sys.argv[1], int(sys.argv[2]), sys.argv[3], int(sys.argv[4])


def execute(code, inputs):
    namespace = {"__name__": "program"}
    try:
        exec(code, namespace)
        transform = namespace["transform"]
    except BaseException as error:
        return [type(error).__name__] * len(inputs)
    results = []
    for grid in inputs:
        try:
            output = transform([row[:] for row in grid])
            results.append(output.tolist() if hasattr(output, "tolist") else output)
        except BaseException as error:
            results.append(type(error).__name__)
    return results


def limited(code, inputs):
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    sys.stdout = sys.stderr = open(os.devnull, "w")
    return execute(code, inputs)


def in_fresh_pool(context, code, inputs, timeout):
    pool = context.Pool(1)
    try:
        return pool.apply_async(limited, (code, inputs)).get(timeout)
    except BaseException as error:
        return [type(error).__name__] * len(inputs)
    finally:
        pool.terminate()
        pool.join()


def is_ok(results):
    return all(isinstance(result, list) for result in results)


def run_pools(programs):
    """Threads that each start one pool after the other."""
    context = multiprocessing.get_context("fork")
    lock, todo, ok, first = threading.Lock(), iter(programs), [0], []

    def work():
        while True:
            with lock:
                program = next(todo, None)
            if program is None:
                return
            results = in_fresh_pool(context, program["code"], program["inputs"], program["timeout"])
            with lock:
                first.append(time.perf_counter())
                ok[0] += is_ok(results)

    threads = [threading.Thread(target=work) for _ in range(WORKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return ok[0], first[0]


def plain_share(programs):
    sys.stdout = open(os.devnull, "w")
    return sum(is_ok(execute(program["code"], program["inputs"])) for program in programs)


def run_plain(programs):
    context = multiprocessing.get_context("fork")
    with context.Pool(WORKERS) as pool:
        shares = [programs[i::WORKERS] for i in range(WORKERS)]
        return sum(pool.map(plain_share, shares, 1)), time.perf_counter()


def main():
    warnings.simplefilter("ignore")
    entered = time.perf_counter()
    for name in filter(None, PRELOAD.split(",")):
        __import__(name)
    loaded = time.perf_counter() - entered
    programs = [json.loads(line) for line in sys.stdin]
    began = time.perf_counter()
    ok, first = (run_pools if MODE == "pool" else run_plain)(programs)
    seconds = time.perf_counter() - began
    print(json.dumps({"seconds": seconds, "started": loaded + first - began, "ok": ok}))


if __name__ == "__main__":
    main()
