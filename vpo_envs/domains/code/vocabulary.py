"""The Python that quality can read: names, methods and modules that hide nothing.

It is a list of what is allowed. A name that is neither here nor defined by the program itself earns no
readability, so a new way to run a text, or to look a name up by a text, earns nothing either.
"""

from __future__ import annotations

from vpo_envs.domains.code.lists import listed

BUILTINS = listed("""
abs aiter all anext any ascii bin bool bytearray bytes callable chr classmethod complex delattr dict dir
divmod enumerate exit filter float format frozenset hasattr hash hex id input int isinstance issubclass iter
len list map max memoryview min next object oct open ord pow print property quit range repr reversed round
set setattr slice sorted staticmethod str sum super tuple type zip NotImplemented Ellipsis __name__
__debug__ ArithmeticError AssertionError AttributeError BaseException BaseExceptionGroup BlockingIOError
BrokenPipeError BufferError BytesWarning ConnectionError DeprecationWarning EOFError EnvironmentError
Exception ExceptionGroup FileNotFoundError FloatingPointError GeneratorExit IOError ImportError
IndentationError IndexError InterruptedError IsADirectoryError KeyError KeyboardInterrupt LookupError
MemoryError ModuleNotFoundError NameError NotImplementedError OSError OverflowError PermissionError
RecursionError ReferenceError RuntimeError RuntimeWarning StopAsyncIteration StopIteration SyntaxError
SystemError SystemExit TimeoutError TypeError UnboundLocalError UnicodeDecodeError UnicodeEncodeError
UnicodeError UserWarning ValueError Warning ZeroDivisionError
""")

DENIED = listed("""
exec eval compile getattr globals locals vars breakpoint __import__ __builtins__
""")
"""Builtins that run texts or look names up by text; allowed only as names of a function's own variables."""

METHODS = listed("""
add append appendleft as_integer_ratio bit_count bit_length capitalize casefold center clear close conjugate
copy count decode denominator difference difference_update discard elements encode endswith expandtabs
extend extendleft find flush from_bytes fromhex fromkeys get hex imag index insert intersection
intersection_update is_integer isalnum isalpha isascii isdecimal isdigit isdisjoint isidentifier islower
isnumeric isprintable isspace issubset issuperset istitle isupper items join keys ljust lower lstrip
maketrans maxlen most_common move_to_end new_child numerator partition pop popitem popleft real remove
removeprefix removesuffix replace reverse rfind rindex rjust rotate rpartition rsplit rstrip send setdefault
sort split splitlines start startswith step stop strip subtract swapcase symmetric_difference
symmetric_difference_update throw title to_bytes tolist tobytes total translate union update upper values
zfill args with_traceback add_note errno name value default_factory maps match search fullmatch sub subn
findall finditer group groups groupdict span end pattern flags string lastgroup lastindex read readline
readlines write writelines buffer seek tell getvalue random randint randrange choice choices shuffle sample
uniform gauss seed put put_nowait get_nowait empty full qsize task_done join is_alive daemon acquire release
quantize sqrt limit_denominator as_tuple to_integral_value exp ln log10 is_nan is_zero year month day hour
minute second microsecond weekday isoweekday isoformat strftime strptime today now date time timedelta days
seconds total_seconds isocalendar toordinal fromordinal timestamp fromtimestamp cache_clear cache_info hits
misses cache func keywords register setter getter deleter _asdict _replace _fields _make _value_ _name_
debug info warning error critical exception log setLevel getEffectiveLevel isEnabledFor size shape ndim
""")
"""Attributes of the built-in types and of what the modules below make."""

DUNDERS = listed("""
__init__ __new__ __class__ __name__ __qualname__ __len__ __iter__ __next__ __contains__ __getitem__
__setitem__ __delitem__ __call__ __enter__ __exit__ __eq__ __ne__ __lt__ __le__ __gt__ __ge__ __hash__
__bool__ __str__ __repr__ __int__ __float__ __index__ __abs__ __neg__ __pos__ __invert__ __add__ __sub__
__mul__ __truediv__ __floordiv__ __mod__ __pow__ __and__ __or__ __xor__ __lshift__ __rshift__ __radd__
__rsub__ __rmul__ __iadd__ __isub__ __reversed__ __post_init__ __copy__ __deepcopy__ __missing__ __members__
""")
"""Attributes with two underscores that may be read."""

DUNDER_NAMES = listed("__all__ __slots__ __match_args__ __version__ __author__") | (
    DUNDERS - {"__class__", "__name__", "__qualname__"}
)
"""Names with two underscores that may be given."""

NEVER = listed("""
evaluate evaluate_forward_ref evaluate_bound evaluate_constraints evaluate_default evaluate_value gi_frame
gi_code gi_yieldfrom cr_frame cr_code cr_await cr_origin ag_frame ag_code ag_await tb_frame tb_next f_back
f_builtins f_code f_generator f_globals f_locals f_trace
""")
"""Attributes that no program may read, even if it defines one of that name itself."""


LISTING = """
__future__: annotations division generators nested_scopes print_function unicode_literals
abc: ABC ABCMeta abstractmethod abstractproperty
array: array typecodes
bisect: bisect bisect_left bisect_right insort insort_left insort_right
cmath: acos asin atan cos e exp inf isclose isfinite log phase pi polar rect sin sqrt tan tau
collections: ChainMap Counter OrderedDict UserDict UserList UserString abc defaultdict deque namedtuple
collections.abc: Awaitable Callable Collection Container Coroutine Generator Hashable ItemsView Iterable
    Iterator KeysView Mapping MappingView MutableMapping MutableSequence MutableSet Reversible Sequence Set
    Sized ValuesView
contextlib: closing contextmanager nullcontext redirect_stdout suppress
copy: copy deepcopy
dataclasses: FrozenInstanceError KW_ONLY asdict astuple dataclass field fields is_dataclass replace
datetime: MAXYEAR MINYEAR UTC date datetime time timedelta timezone
decimal: Decimal ROUND_CEILING ROUND_DOWN ROUND_FLOOR ROUND_HALF_EVEN ROUND_HALF_UP ROUND_UP getcontext
    localcontext
doctest: testmod
enum: Enum Flag IntEnum IntFlag StrEnum auto unique
fractions: Fraction
functools: cache cached_property cmp_to_key lru_cache partial partialmethod reduce total_ordering wraps
graphlib: CycleError TopologicalSorter
heapq: heapify heappop heappush heappushpop heapreplace merge nlargest nsmallest
io: BytesIO StringIO
itertools: accumulate batched chain combinations combinations_with_replacement compress count cycle
    dropwhile filterfalse groupby islice pairwise permutations product repeat starmap takewhile tee
    zip_longest
json: dumps loads
logging: CRITICAL DEBUG ERROR INFO WARNING critical debug error exception getLogger info log warning
math: acos acosh asin asinh atan atan2 atanh cbrt ceil comb copysign cos cosh degrees dist e erf erfc exp
    exp2 expm1 fabs factorial floor fma fmod frexp fsum gamma gcd hypot inf isclose isfinite isinf isnan
    isqrt lcm ldexp lgamma log log10 log1p log2 modf nan nextafter perm pi pow prod radians remainder sin
    sinh sqrt sumprod tan tanh tau trunc ulp
numbers: Complex Integral Number Rational Real
operator: abs add and_ concat contains countOf delitem eq floordiv ge getitem gt iadd iand imul index
    indexOf inv invert ior is_ is_not isub itemgetter ixor le lshift lt matmul mod mul ne neg not_ or_ pos
    pow rshift setitem sub truediv truth xor
os: linesep sep
pprint: pformat pp pprint
queue: Empty Full LifoQueue PriorityQueue Queue SimpleQueue
random: Random betavariate choice choices gauss getrandbits randint random randrange sample seed shuffle
    uniform
re: ASCII DOTALL I IGNORECASE M MULTILINE S VERBOSE X compile error escape findall finditer fullmatch match
    search split sub subn
statistics: fmean geometric_mean harmonic_mean mean median median_high median_low mode multimode pstdev
    pvariance quantiles stdev variance
string: ascii_letters ascii_lowercase ascii_uppercase capwords digits hexdigits octdigits printable
    punctuation whitespace
sys: argv byteorder exit float_info getrecursionlimit getsizeof int_info intern maxsize maxunicode platform
    set_int_max_str_digits setrecursionlimit stderr stdin stdout version version_info
textwrap: dedent fill indent shorten wrap
threading: Lock RLock Thread stack_size
time: monotonic monotonic_ns perf_counter perf_counter_ns process_time sleep time time_ns
timeit: default_timer
types: NoneType SimpleNamespace
typing: AbstractSet Annotated Any AnyStr Awaitable Callable ChainMap ClassVar Collection Container Coroutine
    Counter DefaultDict Deque Dict Final FrozenSet Generator Generic Hashable IO ItemsView Iterable Iterator
    KeysView List Literal Mapping MappingView MutableMapping MutableSequence MutableSet NamedTuple Never
    NewType NoReturn Optional OrderedDict Protocol Reversible Self Sequence Set Sized SupportsInt
    TYPE_CHECKING Text Tuple Type TypeAlias TypeVar TypedDict Union ValuesView assert_never cast final
    no_type_check overload override runtime_checkable
unittest: TestCase main
warnings: filterwarnings simplefilter warn
"""


def _modules(listing: str) -> dict[str, frozenset[str]]:
    """Returns the names of each module; lines that are indented go on with the one before."""
    lines = listing.replace("\n    ", " ").strip().split("\n")
    return {module: frozenset(names.split()) for module, _, names in (line.partition(":") for line in lines)}


MODULES = _modules(LISTING)
"""Public names of the modules that ordinary solutions import."""

ABSENT = listed("doctest unittest")
"""Those of them that the sandbox lacks; solutions use them for tests."""
