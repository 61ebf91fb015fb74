"""Which programs may share a fork, and whether they left it as they found it.

Part of launcher.py, which see. Two fences, neither of which a program's safety rests on (the kernel
confines a batch as it confines a lone program); they keep programs from changing each other's
results. What is not let in here is run alone, so the rules may be as narrow as they like.

- Before any program of a batch runs: `vetted` reads the names and instructions of its compiled
  code. Names are the whole of a program's reach: without assignment to attributes, without classes,
  and without any name that gives access by text (getattr, attrgetter, eval ...) it can only call
  what it names. Compiled code is what will run, with identifiers already in their normal form, and
  reading it takes a hundredth of the time of walking a syntax tree (10 us to 2.5 ms for 200 lines).
- After each program: `unharmed` compares what programs share with what it was.
"""
import builtins
import collections
import gc
import operator
import opcode
import re
import sys
import types
from fractions import Fraction

# Modules that members of a batch may import and the names they may take from them; None: all whose
# value is a function, a class, an immutable or a module of this table, unless HARMFUL.
MODULES = {
    "numpy": None, "numpy.linalg": None, "numpy.fft": None, "numpy.lib": None,
    "numpy.lib.stride_tricks": None, "scipy": None, "scipy.ndimage": None,
    "math": None, "cmath": None, "itertools": None, "operator": None, "heapq": None,
    "bisect": None, "collections.abc": None,
    "collections": "ChainMap Counter OrderedDict abc defaultdict deque namedtuple",
    "functools": "cache cmp_to_key lru_cache partial reduce",
    "copy": "copy deepcopy",
    "re": """A ASCII DOTALL I IGNORECASE L LOCALE M MULTILINE Match Pattern S U UNICODE VERBOSE X
        escape findall finditer fullmatch match search split sub subn""",
    "typing": """AbstractSet Any AnyStr Callable ChainMap Collection Container Counter DefaultDict
        Deque Dict Final FrozenSet Generator Generic Hashable Iterable Iterator KT List Literal
        Mapping Match MutableMapping MutableSequence MutableSet NoReturn Optional OrderedDict
        Pattern Reversible Sequence Set Sized T Text Tuple Type TypeVar Union VT cast""",
    "statistics": """StatisticsError fmean mean median median_high median_low mode multimode pstdev
        pvariance stdev variance""",
    "fractions": "Fraction",
    "__future__": "annotations division print_function",
}

BUILTINS = """abs all any ascii bin bool bytearray bytes callable chr complex dict divmod enumerate
    filter float format frozenset hasattr hex input int isinstance issubclass iter len list map max
    min next object oct ord pow print range repr reversed round set slice sorted str sum tuple zip
    True False None NotImplemented Ellipsis"""

# Names that reach further than they look: state of a library, attributes by text, frames, files,
# memory beside an array, code from text.
HARMFUL = frozenset("""
    seterr seterrcall setbufsize set_printoptions printoptions set_string_function set_numeric_ops
    add_docstring add_newdoc add_newdoc_ufunc as_strided ctypes ctypeslib memmap open_memmap
    load loads save savez savez_compressed savetxt loadtxt genfromtxt fromfile fromregex tofile dump
    dumps setflags DataSource read_array write_array safe_eval test LowLevelCallable
    core compat f2py testing matlib distutils
    attrgetter methodcaller get_type_hints ForwardRef evaluate_forward_ref update_wrapper register
    f_back f_builtins f_code f_globals f_locals f_trace tb_frame tb_next gi_code gi_frame
    gi_yieldfrom cr_await cr_code cr_frame ag_await ag_code ag_frame func_globals mro
""".split())

# Modules in numpy with the name of something ordinary; what could harm in them is refused by name.
NAMESAKES = frozenset(("format", "typing"))
# Instances in numpy that hold nothing to change.
STATELESS = frozenset("r_ c_ s_ index_exp mgrid ogrid".split())
DUNDERS = frozenset(
    "__name__ __doc__ __annotations__ __annotate__ __conditional_annotations__".split())
# Without one of these numbers nothing is vetted.
FORBIDDEN_OPS = ("STORE_ATTR", "DELETE_ATTR", "LOAD_BUILD_CLASS")


def harmless(value):
    numpy = sys.modules.get("numpy")
    kinds = (types.FunctionType, types.BuiltinFunctionType, type)
    if numpy is not None:
        kinds += (numpy.ufunc, numpy.generic, type(numpy.sum))
    exact = (int, float, complex, bool, str, bytes, type(None))
    if isinstance(value, types.ModuleType):
        return value.__name__ in MODULES
    return isinstance(value, kinds) or type(value) in exact


def refused_builtins(granted):
    for name, value in vars(builtins).items():
        error = isinstance(value, type) and issubclass(value, BaseException)
        if not name.startswith("_") and not error and name not in granted:
            yield name


def read_names():
    """Names that are refused, and private ones that something shared has."""
    numpy = sys.modules.get("numpy")
    known = [list, dict, set, frozenset, str, bytes, bytearray, tuple, int, float, complex, range,
             slice, BaseException, Fraction, collections.deque, collections.Counter,
             collections.OrderedDict, re.Pattern, re.Match]
    if numpy is not None:
        known += [numpy.ndarray, numpy.dtype, numpy.generic, numpy.ufunc]
    granted, refused, private, never = set(), set(), set(), set()
    for kind in known:
        for name in dir(kind):
            (private if name.startswith("_") else granted).add(name)
    for module, names in [("builtins", BUILTINS)] + list(MODULES.items()):
        there = vars(sys.modules[module]) if module in sys.modules else {}
        if names is not None:
            granted.update(names.split())
        for name, value in there.items():
            if name.startswith("_"):
                private.add(name)
            elif isinstance(value, types.ModuleType) and name not in NAMESAKES:
                if value.__name__ not in MODULES:
                    never.add(name)  # a way to all that the module holds
            elif names is not None:
                if isinstance(value, type) and issubclass(value, BaseException):
                    granted.add(name)
                else:
                    refused.add(name)
            elif name in STATELESS or harmless(value):
                granted.add(name)
            else:
                refused.add(name)
            if isinstance(value, type):
                for inner, held in vars(value).items():
                    if inner.startswith("_"):
                        private.add(inner)
                    elif type(held) in (dict, list, set) or type(held).__name__ == "ndarray":
                        refused.add(inner)
    refused.update(getattr(sys, "stdlib_module_names", sys.builtin_module_names))
    refused.update(name.partition(".")[0] for name in sys.modules)
    refused.difference_update(MODULES)
    refused -= granted
    # What is built in goes by its own list alone, also where a method has the same name.
    refused.update(refused_builtins(BUILTINS.split()))
    return refused | never | HARMFUL, private - granted


def make_vetting():
    """`vetted(code)`: whether compiled code may run in a fork with others."""
    refused, private = read_names()
    ops = [opcode.opmap.get(name) for name in FORBIDDEN_OPS]
    code_type, str_, type_, set_ = types.CodeType, str, type, set

    def vetted(code):
        names, parts = set_(), [code]
        for part in parts:  # grows as it goes
            names.update(part.co_names)
            instructions = part.co_code[::2]
            for op in ops:
                if op is None or op in instructions:
                    return False
            for constant in part.co_consts:
                if type_(constant) is code_type:
                    parts.append(constant)
        if not names.isdisjoint(refused):
            return False
        for name in names:
            if name[0] == "_" and name != "_":
                if name[:2] == "__" and name not in DUNDERS or name in private:
                    return False
            elif "." in name and name not in MODULES:
                return False
        return True

    return vetted


def make_import(there, leave):
    """`__import__` for members of a batch: what they may not import ends the fork by `leave`.
    `there` holds the names of packages that exist; one that does not is an error like any other."""
    import_, modules, allowed = builtins.__import__, sys.modules, frozenset(MODULES)

    def checked_import(name, globals=None, locals=None, fromlist=(), level=0):
        if fromlist is not None and "*" in fromlist:
            leave()
        # Libraries written in C import parts of themselves in a program's name.
        own = name.startswith(("numpy.", "scipy.")) and name in modules
        if not own and name not in allowed and name.partition(".")[0] in there:
            leave()
        return import_(name, globals, locals, fromlist, level)

    return checked_import


def make_canary():
    """`unharmed()`: whether what members of a batch share is as it is now."""
    shared = [vars(builtins), sys.modules]
    shared += [vars(sys.modules[name]) for name in MODULES if name in sys.modules]
    for kind in (collections.Counter, collections.OrderedDict, collections.ChainMap, Fraction):
        shared.append(vars(kind))
    # The values are kept, so that no other can come to have the place of one in memory.
    snapshot = [(held, tuple(held), list(held.values())) for held in shared]
    numpy = sys.modules.get("numpy")
    # numpy keeps none of its own settings in its module.
    settings = [sys.getrecursionlimit, gc.isenabled, gc.get_threshold, sys.gettrace, sys.getprofile,
                sys.getswitchinterval]
    if numpy is not None:
        settings += [numpy.geterr, numpy.getbufsize]
    hooks = [(sys, name, getattr(sys, name)) for name in ("excepthook", "displayhook", "meta_path")]
    callbacks, filters = gc.callbacks, sys.modules["warnings"].filters
    now = [read() for read in settings], len(callbacks), list(filters)
    same, map_, all_, tuple_, len_, list_ = operator.is_, map, all, tuple, len, list
    getattr_ = getattr

    def unharmed():
        try:
            for held, names, values in snapshot:
                if tuple_(held) != names or not all_(map_(same, held.values(), values)):
                    return False
            for module, name, value in hooks:
                if getattr_(module, name) is not value:
                    return False
            return now == ([read() for read in settings], len_(callbacks), list_(filters))
        except BaseException:
            return False

    return unharmed
