"""What a fork-server loads before it is confined, and what it makes of chance and time.

Part of launcher.py, which see.
"""
import datetime
import os
import random
import sys
import time
import warnings
from importlib.machinery import PathFinder

RETRY = 90  # exit status RETRY + tier: run me in that tier; protocol.ts

TIERS = ("bare", "numpy", "ndimage", "wide")

# What programs import, by the tier that loads it first; each tier loads those before it too.
# Dearer modules stand higher, as a fork pays for every page its server has touched and for hooks
# (measured: numpy.random costs each fork 0.6 ms, threading 0.3 ms, all of numpy else 0.5 ms).
MODULES = (
    """__future__ abc array ast bisect builtins calendar cmath codecs collections collections.abc
    contextlib copy copyreg ctypes dataclasses datetime _strptime decimal enum fractions functools
    gc heapq inspect io itertools json json.decoder keyword linecache locale math numbers operator
    os os.path posixpath pprint random re reprlib signal statistics string struct sys
    textwrap time traceback types typing unicodedata warnings weakref zlib
    encodings.ascii encodings.latin_1 encodings.utf_8 encodings.idna encodings.unicode_escape""",
    """numpy numpy.linalg numpy.fft numpy.ma numpy.polynomial numpy.lib numpy.lib.stride_tricks
    numpy.lib.scimath numpy.lib.recfunctions numpy.typing numpy.exceptions numpy.dtypes
    numpy.strings numpy.char numpy.rec numpy.ctypeslib""",
    """scipy scipy.ndimage numpy.random queue threading""",
    """argparse asyncio atexit base64 binascii cProfile cmd code collections colorsys
    concurrent.futures configparser contextvars csv difflib dis doctest email errno fcntl fileinput
    fnmatch getopt getpass gettext glob graphlib gzip bz2 lzma hashlib hmac html http imp importlib
    importlib.util importlib.metadata importlib.resources importlib.abc ipaddress logging marshal
    mimetypes mmap multiprocessing nturl2path opcode optparse pathlib pickle pickletools pkgutil
    platform plistlib profile pstats resource sched secrets select selectors shelve shlex shutil
    socket sqlite3 ssl stat string subprocess symtable sysconfig tarfile tempfile timeit token
    tokenize tomllib trace tracemalloc tty unittest unittest.mock urllib.parse urllib.request uuid
    wave xml.etree.ElementTree xml.dom.minidom zipfile zoneinfo
    encodings.utf_16 encodings.utf_32 encodings.cp1252 encodings.rot_13 encodings.hex_codec
    encodings.base64_codec encodings.raw_unicode_escape encodings.punycode
    numpy.matlib numpy.testing scipy.cluster scipy.cluster.hierarchy scipy.fft scipy.interpolate
    scipy.linalg scipy.optimize scipy.signal scipy.sparse scipy.sparse.csgraph scipy.sparse.linalg
    scipy.spatial scipy.spatial.distance scipy.special scipy.stats scipy.integrate
    networkx sympy pandas PIL PIL.Image skimage skimage.measure skimage.morphology
    skimage.segmentation skimage.transform skimage.draw skimage.util sklearn sklearn.cluster
    shapely shapely.geometry more_itertools""",
)


def site_packages():
    """Where the interpreter's packages live; -S keeps Python from adding it (and .pth files)."""
    prefix = os.path.dirname(os.path.dirname(sys.executable))
    version = "python%d.%d" % sys.version_info[:2]
    config = os.path.join(prefix, "pyvenv.cfg")
    found = []
    if os.path.exists(config):
        found += [os.path.join(prefix, lib, version, "site-packages") for lib in ("lib", "lib64")]
        with open(config, encoding="utf-8") as text:
            lines = [line.lower().replace(" ", "") for line in text]
        if "include-system-site-packages=true\n" not in lines:
            return found
    base = sys.base_prefix
    found.append(os.path.join(base, "lib", version, "site-packages"))
    return found + [os.path.join(base, "lib/python3/dist-packages")]  # Debian's name for it


def preload(tier):
    """Imports what the tiers up to this one load; leaves out what is absent or broken."""
    warnings.simplefilter("ignore")
    for names in MODULES[: tier + 1]:
        for name in names.split():
            try:
                __import__(name)
            except Exception:
                continue
    sys.path_importer_cache.clear()


class HigherTier:
    """Last finder: sends a program on to the tier that has loaded what it asks for."""

    def __init__(self, tier):
        self.tier = tier
        self.listed = {}
        for level, names in reversed(list(enumerate(MODULES))):
            for name in names.split():
                while name:
                    self.listed[name] = level
                    name = name.rpartition(".")[0]
        tops = {name for name in self.listed if "." not in name}
        self.there = {name for name in tops if name in sys.modules or PathFinder.find_spec(name)}

    def find_spec(self, name, path=None, target=None):
        top = name.partition(".")[0]
        if top not in self.there:
            return None
        tier = self.listed.get(name, len(TIERS) - 1 if top in sys.modules else self.listed[top])
        if tier > self.tier:
            os._exit(RETRY + tier)
        return None


def fix_chance_and_clocks(numpy):
    """The same program twice gives the same bytes."""
    source = random.Random(0)

    def urandom(size):
        return source.getrandbits(8 * size).to_bytes(size, "little")

    os.urandom = random._urandom = urandom
    seed = random.Random.seed

    def fixed_seed(self, a=None, version=2):
        seed(self, source.getrandbits(64) if a is None else a, version)

    random.Random.seed = fixed_seed
    random.seed = random._inst.seed
    if "numpy.random" in sys.modules:
        numpy.random.seed(0)

    def clock(unit, start):
        now = [start]

        def read(*_):
            now[0] += 1_000_000
            return now[0] / 1e9 if unit == "s" else now[0]

        return read

    for name in ("time", "monotonic", "perf_counter", "process_time", "thread_time"):
        start = 1_700_000_000_000_000_000 if name == "time" else 0
        setattr(time, name, clock("s", start))
        setattr(time, name + "_ns", clock("ns", start))
    fix_dates(time.time)


def fix_dates(now):
    """What reads the machine's clock by itself reads the program's."""

    def told(read, default):
        return lambda given=None: read(default() if given is None else given)

    for name in ("localtime", "gmtime", "ctime"):
        setattr(time, name, told(getattr(time, name), now))
    time.asctime = told(time.asctime, time.localtime)
    strftime, local = time.strftime, time.localtime
    time.strftime = lambda form, given=None: strftime(form, local() if given is None else given)

    if sys.platform != "emscripten":  # whose one clock is fixed below Python
        datetime.datetime = datetime_told_by(now)


def datetime_told_by(clock):
    """datetime.datetime with another clock; all else, and what is one, is as it was."""
    plain = datetime.datetime

    class AsPlain(type):
        def __instancecheck__(cls, value):
            return isinstance(value, plain) if cls is Told else type.__instancecheck__(cls, value)

        def __subclasscheck__(cls, other):
            return issubclass(other, plain) if cls is Told else type.__subclasscheck__(cls, other)

    class Told(plain, metaclass=AsPlain):
        __slots__ = ()
        __doc__ = plain.__doc__

        @classmethod
        def now(cls, tz=None):
            return cls.fromtimestamp(clock(), tz)

        @classmethod
        def utcnow(cls):
            return cls.fromtimestamp(clock(), datetime.timezone.utc).replace(tzinfo=None)

        def __repr__(self):
            return f"{'datetime.' if type(self) is Told else ''}{plain.__repr__(self)}"

    Told.__name__ = Told.__qualname__ = "datetime"
    Told.__module__ = "datetime"
    Told.min, Told.max = Told(1, 1, 1), Told(9999, 12, 31, 23, 59, 59, 999_999)
    return Told
