"""A job in Pyodide, from its bytes to its frames: the rules of guest.py and frames.py, the chance
and clocks of preload.py, without a fork around them.

Runs once, when the snapshot is made, with their texts as `SOURCES`. What it leaves behind
is `main`, which the cell calls for each job, on memory as it was just after this.
"""
import gc
import importlib
import importlib.machinery
import random
import sys
import types
import zipimport


def load(name):
    module = types.ModuleType(name)
    sys.modules[name] = module
    exec(compile(SOURCES[name], name + ".py", "exec", 0, True), module.__dict__)
    return module


confine = types.ModuleType("confine")  # the guest needs it only where there are forks
confine.libc = None
for absent in (confine, types.ModuleType("resource")):
    sys.modules[absent.__name__] = absent
frames, preload, guest = load("frames"), load("preload"), load("guest")
del sys.modules["confine"], sys.modules["resource"]
preload.preload(0)
preload.fix_chance_and_clocks(None)


class Doors:
    """First finder: what leads out of Python is not there."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        if name.partition(".")[0] in HIDDEN:
            raise ModuleNotFoundError("No module named %r" % name, name=name)


class Library:
    """Last finder: the standard library, without an entry in sys.path that programs can see."""

    def __init__(self, archive):
        self._find, self._path = importlib.machinery.PathFinder.find_spec, [archive]

    def find_spec(self, name, path=None, target=None):
        return self._find(name, path or self._path, target)


class Absent:
    """`np` where there is no numpy: a program that uses it without an import gets what an import
    would give."""

    def __getattribute__(self, name):
        raise ModuleNotFoundError("No module named 'numpy'", name="numpy")


def import_packages(names):
    """Imports packages that have just been unpacked, and what programs import of them: later their
    files are out of reach. Called in a cell, before the doors are closed."""
    global run
    importlib.invalidate_caches()
    for name in names:
        __import__(name)
    for name in " ".join(preload.MODULES).split():
        if name.partition(".")[0] in names:
            try:
                __import__(name)
            except ImportError:
                continue
    numpy = sys.modules.get("numpy")
    if "numpy.random" in sys.modules:
        numpy.random.seed(0)
    *_, run = guest.make_guest(numpy, OUTPUT_BYTES)


# Doors to JavaScript and to raw memory, and what only helps to use them.
HIDDEN = {"js", "pyodide_js", "pyodide", "_pyodide", "_pyodide_core", "ctypes", "_ctypes"}


def close_doors():
    """Takes the bridge to JavaScript away; called in each cell, after Pyodide has started."""
    import builtins
    archive = next(entry for entry in sys.path if entry.endswith(".zip"))
    if "numpy" not in sys.modules:
        builtins.np = Absent()
    for name in list(sys.modules):
        if name.partition(".")[0] in HIDDEN:
            del sys.modules[name]
    for name in ("frames", "preload", "guest", "soar_guest"):
        sys.modules.pop(name, None)
    machinery = importlib.machinery
    library = Library(archive)
    sys.meta_path[:] = [Doors, machinery.BuiltinImporter, machinery.FrozenImporter, library]
    sys.path_hooks[:] = [zipimport.zipimporter]
    sys.path[:], sys.argv[:], sys.executable = [], ["program"], ""
    sys.path_importer_cache.clear()
    library.find_spec("string")  # reads the table of the archive
    for name in list(sys.modules):  # Pyodide has put its own event loop in
        if name.partition(".")[0] == "asyncio":
            del sys.modules[name]
    sys.excepthook = sys.__excepthook__
    sys.displayhook = sys.__displayhook__
    sys.modules["os"].environ.clear()
    random.Random.seed(random._inst, 0)
    main_module = sys.modules["__main__"].__dict__
    for name in [name for name in main_module if not name.startswith("__")]:
        del main_module[name]
    gc.freeze()  # what is here lives as long as the cell


*_, run = guest.make_guest(None, OUTPUT_BYTES)
read, from_bytes, chunk = guest.os.read, int.from_bytes, 1 << 20
gc.collect()


def main():
    job = b""
    while True:
        part = read(3, chunk)
        if not part:
            break
        job += part
    run(job[2:], from_bytes(job[:2], "little"))
