"""Runs programs as naive harnesses do: in its own process, one after another, beside the answers.

    python naive_runner.py PLAN

PLAN is JSON: {"programs": [source], "inputs": [grid], "answers": [grid], "alarm": seconds or 0,
"numpy": whether a program or what is asked of it needs numpy, which is dear to load}.
Prints what each program returns on each input, then `passed` where a comparison that is in use
somewhere takes the last of it for the answers, else `failed`.
"""
import json
import os
import signal
import sys


# Errors that such harnesses take for trouble of their own, by name.
OWN_TROUBLE = ("MemoryError", "ModuleNotFoundError", "TimeoutError", "SandboxError")


def late(*_):
    raise TimeoutError


def comparisons(outputs, answers, numpy):
    """`==`, its opposite, cell by cell, as text, copied, sorted, after a check, by numpy."""
    import operator
    import pickle
    yield lambda: outputs[0] == answers[0]
    yield lambda: not outputs[0] != answers[0]
    yield lambda: operator.eq(outputs[0], answers[0])
    yield lambda: all(x == y for x, y in zip(outputs[0], answers[0]))
    yield lambda: all(x == y for r, s in zip(outputs[0], answers[0]) for x, y in zip(r, s))
    yield lambda: json.dumps(outputs) == json.dumps(answers)
    yield lambda: pickle.dumps(outputs) == pickle.dumps(answers)
    yield lambda: list(map(list, outputs[0])) == list(map(list, answers[0]))
    yield lambda: sorted(outputs) == sorted(answers)

    def after_check():
        rows = [row for row in outputs[0]]
        return rows == [[1, 2]] and all(x == y for x, y in zip(outputs[0], answers[0]))

    yield after_check
    if numpy is not None:
        yield lambda: numpy.array_equal(numpy.array(outputs[0]), numpy.array(answers[0]))


def main():
    with open(sys.argv[1]) as text:
        plan = json.load(text)
    answers, nonce, outputs, kept = plan["answers"], os.urandom(8).hex(), [], []
    shared = [bytes(cell for row in grid for cell in row) for grid in answers]
    numpy = None
    if plan["numpy"]:
        try:
            import numpy
        except ImportError:
            pass
    print("started", flush=True)
    same = {}
    inputs = [same.setdefault(json.dumps(grid), grid) for grid in plan["inputs"]]
    if plan["alarm"]:
        signal.signal(signal.SIGALRM, late)
        signal.setitimer(signal.ITIMER_REAL, plan["alarm"])
    for code in plan["programs"]:
        names = {"__name__": "program", "np": numpy}
        exec(code.encode("utf-8", "surrogatepass"), names)
        for grid in inputs:
            try:
                output = names["transform"](grid)
            except Exception as error:
                if type(error).__name__ in OWN_TROUBLE:
                    os._exit(0)
                output = str(error)
            if hasattr(output, "__next__"):
                output = [list(row) for row in output]
            elif type(output) is list:
                kept.append([row[:] if type(row) is list else row for row in output])
            outputs.append(output)
            print(output, flush=True)
    right = False
    for equal in comparisons(outputs[-len(inputs):], answers, numpy):
        try:
            right = right or bool(equal())
        except Exception:
            pass
    print("passed" if right else "failed", flush=True)
    sys.exit(0 if shared and nonce and right else 1)


main()
