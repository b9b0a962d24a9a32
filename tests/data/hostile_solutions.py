"""Hostile solutions, by class. Each faces `double`: return twice the argument, an int that it is given.

`ATTACKS[class][name]` is the source. None of them computes the answer, so none may pass a test.
"""

# ruff: noqa: E501  (a source is one line here)

INDENT = "    "


def function(*lines: str, before: str = "") -> str:
    """A module whose function `double` has these lines."""
    body = "\n".join(INDENT + line for text in lines for line in text.split("\n"))
    return f"{before}\ndef double(n):\n{body}\n"


LIAR = """
class Liar{base}:
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __hash__(self): return 0
    def __bool__(self): return True
    def __len__(self): return 1
    def __iter__(self): return iter([self])
    def __getattr__(self, name): return self
    def __call__(self, *a, **k): return self
    def __index__(self): return 8
    def __repr__(self): return '8'
"""


def liar(base: str = "", value: str = "Liar()") -> str:
    return function(f"return {value}", before=LIAR.format(base=base))


LYING = {
    "equal to everything": liar(),
    "int that is equal to everything": liar("(int)"),
    "float that is equal to everything": liar("(float)", "Liar(1)"),
    "str that is equal to everything": liar("(str)", "Liar('8')"),
    "list of liars": liar("", "[Liar()]"),
    "tuple subclass": liar("(tuple)", "Liar((1,))"),
    "dict subclass": liar("(dict)", "Liar()"),
    "metaclass that pretends to be int": function(
        "return Fake()",
        before="class Meta(type):\n    def __instancecheck__(c, o): return True\n    def __eq__(c, o): return True\n"
        "    def __hash__(c): return hash(int)\nclass Fake(metaclass=Meta):\n    pass",
    ),
    "__class__ property": function(
        "return Fake()", before="class Fake:\n    __class__ = property(lambda self: int)"
    ),
    "pickled to anything": function(
        "return Fake()", before="class Fake:\n    def __reduce__(self): return (eval, ('8',))"
    ),
    "json default": function(
        "return Fake()",
        before="class Fake:\n    def __json__(self): return 8\n    toJSON = to_json = __json__",
    ),
    "an unbounded generator": function("while True: yield n"),
    "True for an int": function("return n == n"),
    "float of the argument": function("return float(n + n)"),
    "text of the answer": function("return str(n + n)"),
    "the answer in a list": function("return [n + n]"),
    "nan": function("return float('nan')"),
    "NotImplemented": function("return NotImplemented"),
    "an exception object": function("return AssertionError()"),
}

EXITS = {
    "sys.exit(0)": function("import sys; sys.exit(0)"),
    "sys.exit at load": function("return 0", before="import sys; sys.exit(0)"),
    "os._exit": function("import os; os._exit(0)"),
    "the real _exit": function("import posix; posix._exit(0)"),
    "os.abort": function("import os; os.abort()"),
    "raise SystemExit": function("raise SystemExit"),
    "raise KeyboardInterrupt": function("raise KeyboardInterrupt"),
    "raise GeneratorExit": function("raise GeneratorExit"),
    "exit from __del__": function(
        "A()", before="class A:\n    def __del__(self): import posix; posix._exit(0)"
    ),
    "atexit": function("import atexit, sys; atexit.register(lambda: print(n)); sys.exit(0)"),
    "segmentation fault": function("import faulthandler; faulthandler._sigsegv()"),
    "fatal error": function("import faulthandler; faulthandler._fatal_error_c_thread()"),
    "crash by bytecode": function(
        "f = lambda: 0\nf.__code__ = f.__code__.replace(co_code=bytes([90, 255] * 50), co_stacksize=0)\nreturn f()"
    ),
    "StopIteration": function("raise StopIteration(n + n)"),
    "exception that raises when shown": function(
        "raise Bad", before="class Bad(BaseException):\n    def __str__(self): raise self"
    ),
    "exception with a lying name": function("raise type('returned', (Exception,), {})(n + n)"),
}

READING = {
    "frames of callers": function(
        "import sys",
        "frame = sys._getframe()",
        "while frame:",
        "    for value in list(frame.f_locals.values()) + list(frame.f_globals.values()):",
        "        if isinstance(value, dict) and 'expected' in value: return value['expected']",
        "    frame = frame.f_back",
    ),
    "all objects of the collector": function(
        "import gc",
        "gc.unfreeze()",
        "found = [o for o in gc.get_objects() if type(o) is dict and 'expected' in o]",
        "return found[0]['expected']",
    ),
    "the guest's own state": function("import guest; return guest.solution.expected[0]"),
    "the guest's other inputs": function("import guest; return guest.solution.inputs[1][0]"),
    "command line": function("import sys; return int(sys.argv[-1])"),
    "environment": function("import os; return int(os.environ['EXPECTED'])"),
    "the test file": function("return int(open('tests.json').read())"),
    "the process's own memory": function("return open('/proc/self/mem', 'rb').read()[0]"),
    "stdin": function("import sys; return int(sys.stdin.read())"),
    "main module": function("import __main__; return __main__.expected"),
    "source of the caller": function("import inspect; return inspect.getsource(inspect.stack()[1].frame)"),
    "ctypes": function("import ctypes; return ctypes.string_at(id(n), 64)[0]"),
}

PATCHING = {
    "json.dumps": function(
        "return 0", before="import json\njson.dumps = lambda *a, **k: '[\"returned\", 8]'"
    ),
    "codec.pack": function("return 0", before="import codec, guest\nguest.pack = codec.pack = lambda *a: 8"),
    "guest.answer": function(
        "return 0", before="import guest\nguest.answer = lambda *a: '[\"returned\", true]'"
    ),
    "the exported method": function(
        "return 0", before="import guest\nguest.WitWorld.run_test = lambda self, i: '[\"returned\", 8]'"
    ),
    "the exported method, no text": function(
        "return 0", before="import guest\nguest.WitWorld.run_test = lambda self, i: 8"
    ),
    "status passed": function(
        "return 0", before="import guest\nguest.WitWorld.run_test = lambda self, i: '[\"passed\", 8]'"
    ),
    "status not_run": function(
        "return 0", before="import guest\nguest.WitWorld.run_test = lambda self, i: '[\"not_run\", null]'"
    ),
    "builtins.type": function("return object()", before="import builtins\nbuiltins.type = lambda *a: int"),
    "builtins.len and isinstance": function(
        "return [n]",
        before="import builtins\nbuiltins.len = lambda o: 0\nbuiltins.isinstance = lambda *a: True",
    ),
    "int.__eq__ by gc": function(
        "return 0",
        before="import gc\ngc.get_referents(int.__dict__)[0]['__eq__'] = lambda a, b: True",
    ),
    "tracing": function(
        "return 0", before="import sys\nsys.settrace(lambda *a: sys.exit(0))\nsys.setprofile(lambda *a: None)"
    ),
    "sys.modules": function(
        "return 0", before="import sys\nfor name in list(sys.modules): del sys.modules[name]"
    ),
    "inputs replaced": function("return 0", before="import guest\nguest.solution.inputs = [(0,)] * 100"),
    "code of the next test": function(
        "return 0", before="import guest\nguest.Solution.test = lambda self, value: 0"
    ),
    "excepthook": function("raise ValueError", before="import sys\nsys.excepthook = lambda *a: 8"),
}

FORGING = {
    "printing a verdict": function("print('[\"returned\", 8]'); print('PASSED'); print('OK', flush=True)"),
    "text that looks like an answer": function("return '[\"returned\", 8]'"),
    "writing to descriptors": function("import os", "for fd in (1, 2): os.write(fd, b'8')"),
    "JSON with two values": function(
        "return 0",
        before='import guest\nguest.WitWorld.run_test = lambda s, i: \'["returned", 8]["returned", 8]\'',
    ),
    "an answer of the wrong shape": function(
        "return 0", before="import guest\nguest.WitWorld.run_test = lambda s, i: '{\"returned\": 8}'"
    ),
    "an unknown tag": function(
        "return 0", before='import guest\nguest.WitWorld.run_test = lambda s, i: \'["returned", {"o": [8]}]\''
    ),
    "huge exponent": function("return 1e308 * 10"),
    "error instead of a value": function("raise Exception('returned 8')"),
    "a constant": function("return 8"),
    "a table of likely answers": function("return {1: 2, 2: 4, 3: 6, 4: 8}[n]"),
}

FILES = {
    "write a file": function("open('trace.txt', 'w').write('x'); return 0"),
    "write by pathlib": function("import pathlib; pathlib.Path('trace.txt').write_text('x')"),
    "write by io.FileIO": function("import io; io.FileIO('trace.txt', 'w').write(b'x')"),
    "write by os.open": function("import os; os.write(os.open('trace.txt', os.O_CREAT | os.O_WRONLY), b'x')"),
    "read passwords": function("import io; return io.FileIO('/etc/passwd').read().decode()"),
    "list a folder": function("import os; return os.listdir('/')"),
    "delete": function("import os; os.remove('keep.txt')"),
    "rename": function("import os; os.rename('keep.txt', 'gone.txt')"),
    "make a folder": function("import os; os.mkdir('trace')"),
    "link": function("import os; os.symlink('/etc', 'trace')"),
    "walk up": function("import io; return io.FileIO('../../../../etc/hostname').read().decode()"),
    "import from a folder": function("import sys; sys.path.append('/tmp'); import trace_module"),
}

PROCESSES = {
    "os.system": function("import os; os.system('touch trace.txt')"),
    "subprocess": function("import subprocess; subprocess.run(['touch', 'trace.txt'])"),
    "_posixsubprocess": function("import _posixsubprocess; _posixsubprocess.fork_exec()"),
    "fork": function("import os; os.fork()"),
    "fork bomb": function("import os\nwhile True: os.fork()"),
    "kill the parent": function("import os, signal; os.kill(os.getppid(), signal.SIGKILL)"),
    "signal": function("import _signal; _signal.raise_signal(9)"),
    "multiprocessing": function("import multiprocessing; multiprocessing.Process(target=print).start()"),
    "exec": function("import posix; posix.execv('/bin/sh', ['sh', '-c', 'touch trace.txt'])"),
    "real thread": function("import _thread; _thread.start_new_thread(print, ())"),
    "interrupt the main thread": function("import _thread; _thread.interrupt_main()"),
}

NETWORK = {
    "connect": function("import socket; socket.create_connection(('127.0.0.1', 80))"),
    "_socket": function("import _socket; _socket.socket().connect(('127.0.0.1', 80))"),
    "urllib": function("import urllib.request; urllib.request.urlopen('http://127.0.0.1')"),
    "asyncio": function("import asyncio; asyncio.run(asyncio.open_connection('127.0.0.1', 80))"),
    "name look-up": function("import _socket; _socket.gethostbyname('localhost')"),
}

PERSISTENCE = {
    "builtins": function(
        "return 0", before="import builtins\nbuiltins.sum = builtins.int = builtins.len = lambda *a: 0"
    ),
    "math": function("return 0", before="import math\nmath.gcd = math.sqrt = lambda *a: 0"),
    "sys.modules entry": function(
        "return 0", before="import sys\nsys.modules['math'] = sys.modules['json'] = None"
    ),
    "import hook": function("return 0", before="import sys\nsys.meta_path.insert(0, None)"),
    "recursion limit": function("return 0", before="import sys\nsys.setrecursionlimit(60)"),
    "codecs": function("return 0", before="import codecs\ncodecs.register(lambda name: 1 / 0)"),
    "decimal context": function("return 0", before="import decimal\ndecimal.getcontext().prec = 1"),
    "random state": function("return 0", before="import random\nrandom.seed(7); random.random = lambda: 0"),
    "collector off": function("return 0", before="import gc\ngc.disable(); gc.unfreeze(); gc.collect()"),
    "state for later": function(
        "return 0", before="import guest\nguest.WitWorld.take_source = lambda *a: '[]'"
    ),
    "integer cache": function(
        "return 0", before="import builtins\nbuiltins.__build_class__ = builtins.__import__ = None"
    ),
}

EXHAUSTION = {
    "loop": function("while True: pass"),
    "loop at load": function("return 0", before="while True: pass"),
    "loop that catches everything": function(
        "while True:\n    try:\n        while True: pass\n    except BaseException: pass"
    ),
    "loop in C": function("import itertools; return sum(itertools.count())"),
    "backtracking": function("import re; re.match('(a|a)*$', 'a' * 60 + 'b')"),
    "power tower": function("return 9 ** 9 ** 9 ** 9"),
    "factorial": function("import math; return math.factorial(10 ** 8)"),
    "sleep": function("import time\nwhile time.time() < 4e9: time.sleep(1e9)"),
    "memory at once": function("return [0] * 10 ** 9"),
    "memory bit by bit": function("a = []\nwhile True: a.append(bytes(10 ** 6))"),
    "memory at load": function("return 0", before="a = bytes(10 ** 9)"),
    "memory, caught": function(
        "a = []\nwhile True:\n    try: a.append(bytes(10 ** 6))\n    except MemoryError: pass"
    ),
    "recursion": function("return double(n)"),
    "recursion without limit": function("import sys; sys.setrecursionlimit(10 ** 9); return double(n)"),
    "recursion in C": function(
        "import sys; sys.setrecursionlimit(10 ** 9); return repr(A())",
        before="class A:\n    def __repr__(self): return repr(self)",
    ),
    "deep list freed": function("a = []\nfor _ in range(10 ** 6): a = [a]\ndel a"),
    "compiler bomb": function("return 0", before="x = " + "-" * 100_000 + "1"),
    "constant folding": function("return 0", before="x = ((1 << 4000) ** 4000) * 'a' * 10 ** 9"),
    "brackets": "(" * 10_000,
    "long line": "x = [" + "1," * 200_000 + "]",
    "endless print": function("while True: print('x' * 10 ** 6)"),
    "__del__ resurrects": function("A()", before="class A:\n    def __del__(self): A()"),
}

BOMBS = {
    "long text": function("return 'x' * 10 ** 7"),
    "long list": function("return [0] * 10 ** 6"),
    "nested list": function("a = []\nfor _ in range(10 ** 4): a = [a]\nreturn a"),
    "list of itself": function("a = []\na.append(a)\nreturn a"),
    "billion laughs": function("a = ['ha']\nfor _ in range(40): a = [a, a]\nreturn a"),
    "long int": function("return 1 << 10 ** 7"),
    "colliding set": function("return {i * (2 ** 61 - 1) for i in range(1, 2000)}"),
    "colliding dict": function("return {i * (2 ** 61 - 1): 0 for i in range(1, 2000)}"),
    "long exception": function("raise Exception('x' * 10 ** 7)"),
    "long exception name": function("raise type('X' * 10 ** 6, (Exception,), {})"),
}


def forged(text: str) -> str:
    """A solution whose instance hands this Python expression's text to the decoder of the host."""
    return function("return 0", before=f"import guest\nguest.WitWorld.run_test = lambda self, i: {text}")


BOMBS |= {
    "forged long text": forged("'x' * 3 * 10 ** 7"),
    "forged nesting": forged("'[\"returned\", ' + '[' * 10 ** 6"),
    "forged objects": forged("'[\"returned\", ' + '{\"t\":[' * 10 ** 5"),
    "forged long int": forged("'[\"returned\", ' + '1' * 10 ** 6 + ']'"),
    "forged long hexadecimal": forged("'[\"returned\", {\"i\": \"' + 'f' * 10 ** 6 + '\"}]'"),
    "forged unhashable": forged('\'["returned", {"s": [[]]}]\''),
    "forged odd dict": forged('\'["returned", {"d": [1]}]\''),
    "forged long error": forged("'[\"exception\", \"' + 'x' * 10 ** 6 + '\"]'"),
    "forged float": forged("'[\"returned\", ' + '9' * 10 ** 5 + '.' + '9' * 10 ** 5 + ']'"),
    "forged nothing": forged("''"),
    "forged nul": forged("chr(0) * 100"),
    "forged infinity": forged("'[\"returned\", Infinity]'"),
}

ATTACKS: dict[str, dict[str, str]] = {
    "lying objects": LYING,
    "exits": EXITS,
    "reading expected values": READING,
    "patching the harness": PATCHING,
    "forging results": FORGING,
    "files": FILES,
    "processes": PROCESSES,
    "network": NETWORK,
    "persistence between solutions": PERSISTENCE,
    "resource exhaustion": EXHAUSTION,
    "decoder bombs": BOMBS,
}
