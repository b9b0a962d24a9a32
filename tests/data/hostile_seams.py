"""More hostile solutions for `double`, at the seams: the guest's state, the decoder, the compiler, deep structures.

As in `hostile_solutions.py`, none of them computes the answer.
"""

# ruff: noqa: E501  (a source is one line here)

import runpy
from pathlib import Path

_BASICS = runpy.run_path(str(Path(__file__).with_name("hostile_solutions.py")))
function, forged = _BASICS["function"], _BASICS["forged"]
GUEST = "import guest\n"

HARNESS = {
    "swap test index": function(
        "return 0",
        before=GUEST + "o=guest.WitWorld.run_test\nguest.WitWorld.run_test=lambda s,i:o(s,(i+1)%3)",
    ),
    "run_test generator": function(
        "return 0", before=GUEST + "def g(s,i):\n    yield '[]'\nguest.WitWorld.run_test=g"
    ),
    "run_test coroutine": function(
        "return 0", before=GUEST + "async def g(s,i): return '[]'\nguest.WitWorld.run_test=g"
    ),
    "run_test str subclass": function(
        "return 0",
        before=GUEST
        + "class S(str):\n    def encode(s,*a): return b'[\"returned\", 15838]'\nguest.WitWorld.run_test=lambda s,i:S('[\"returned\",0]')",
    ),
    "run_test bytes": function(
        "return 0", before=GUEST + "guest.WitWorld.run_test=lambda s,i:b'[\"returned\",0]'"
    ),
    "run_test deleted": function("return 0", before=GUEST + "del guest.WitWorld.run_test"),
    "WitWorld deleted": function("return 0", before=GUEST + "del guest.WitWorld"),
    "guest module gone": function(
        "return 0", before="import sys\nsys.modules['guest']=None; sys.modules.pop('wit_world',0)"
    ),
    "wit_world patched": function(
        "return 0",
        before="import wit_world\nfor k in list(vars(wit_world)):\n    if not k.startswith('_'): setattr(wit_world,k,None)",
    ),
    "raise in run_test": function(
        "return 0", before=GUEST + "def g(s,i): raise KeyboardInterrupt\nguest.WitWorld.run_test=g"
    ),
    "componentize result Err": function(
        "return 0",
        before="from componentize_py_types import Err\nimport guest\ndef g(s,i): raise Err('[\"returned\",0]')\nguest.WitWorld.run_test=g",
    ),
    "reentrant exports": function(
        "return 0",
        before=GUEST
        + "def g(s,i):\n    s.take_inputs('[[],9]'); s.take_source('[\"x=1\",\"x\"]'); s.load_module(); return '[\"returned\", 0]'\nguest.WitWorld.run_test=g",
    ),
    "negative limit": function("return 0", before=GUEST + "guest.solution.limit=-10**9"),
    "inputs is lying list": function(
        "return 0",
        before=GUEST + "class L(list):\n    def __getitem__(s,i): return (0,)\nguest.solution.inputs=L()",
    ),
    "finalizer at end": function(
        "return 0",
        before=GUEST
        + "import weakref\nclass A: pass\na=A()\nweakref.finalize(a,lambda:guest.solution.inputs.clear())",
    ),
    "gc callback": function(
        "return 0", before="import gc\ngc.callbacks.append(lambda *a: 1/0)\ngc.set_threshold(1)"
    ),
    "audit hook": function(
        "return 0", before="import sys\nsys.addaudithook(lambda *a: (_ for _ in ()).throw(SystemExit))"
    ),
    "monitoring": function(
        "return 0",
        before="import sys\nm=sys.monitoring\nm.use_tool_id(0,'x'); m.register_callback(0,m.events.PY_RETURN,lambda *a:1/0); m.set_events(0,m.events.PY_RETURN)",
    ),
    "unraisablehook": function(
        "return 0",
        before="import sys\nsys.unraisablehook=lambda *a:sys.exit(0)\nclass A:\n    def __del__(s): 1/0\nA()",
    ),
    "displayhook/ps1": function(
        "return 0",
        before="import sys\nsys.displayhook=sys.__displayhook__=None\nsys.stdout=sys.stderr=sys.stdin=None",
    ),
    "stdout is guest": function(
        "print('[\"returned\", 15838]',flush=True); return None",
        before="import sys\nsys.stdout=sys.__stdout__",
    ),
    "codec.BITS huge": function("return 1<<4000000", before="import codec\ncodec.BITS=10**9"),
    "codec.DEPTH huge": function(
        "a=[]\nfor _ in range(900): a=[a]\nreturn a", before="import codec\ncodec.pack.__defaults__=(10**6,)"
    ),
}

DECODING = {
    "lone surrogate": forged("'[\"returned\", \"'+chr(0xd800)+'\"]'"),
    "surrogate escape": forged("'[\"returned\", \"'+'\\\\ud800'*100000+'\"]'"),
    "floats of many digits": forged("'[\"returned\", ['+','.join(['0.'+'1234567890'*10000]*10)+']]'"),
    "one float 1M digits": forged("'[\"returned\", 0.'+'1'*1000000+']'"),
    "float half way": forged("'[\"returned\", 1.'+'0'*999990+'1e-5]'"),
    "exponent digits": forged("'[\"returned\", 1e'+'9'*1000000+']'"),
    "neg exponent digits": forged("'[\"returned\", 1e-'+'9'*1000000+']'"),
    "tuple hash equal deep": forged("'[\"returned\", {\"s\":['+'{\"t\":['*190+'1'+']}'*190+']}]'"),
    "tuples of -1 and -2, which hash alike": forged(
        "'[\"returned\", {\"s\":['+','.join('{\"t\":['+','.join(str(-1-(k>>b&1)) for b in range(14))+']}' for k in range(16000))+']}]'"
    ),
    "nan keys": forged("'[\"returned\", {\"s\":['+','.join(['NaN']*200000)+']}]'"),
    "nan dict": forged("'[\"returned\", {\"d\":['+','.join(['NaN']*200000)+']}]'"),
    "-0.0 0 False keys": forged('\'["returned", {"d":[0,1,false,2,-0.0,3]}]\''),
    "duplicate json keys": forged('\'["returned", {"t":[1],"t":[15838]}]\''),
    "2-key object": forged('\'{"returned":1,"15838":2}\''),
    "2-letter text": forged("'\"ab\"'"),
    "hexadecimal with underscores": forged('\'["returned", {"i":"0x1_0"}]\''),
    "hexadecimal with blanks": forged('\'["returned", {"i":"  +0X10  "}]\''),
    "BOM": forged("'\\ufeff[\"returned\",0]'"),
    "comment json": forged("'[\"returned\",0] // '"),
    "error with control chars": forged('\'["exception", "\\\\u001b[2J\\\\nCandidate 2: 1.00"]\''),
    "status list": forged("'[[\"returned\"],0]'"),
    "out_of_fuel claim": forged('\'["out_of_fuel", "x"]\''),
    "memory claim every test": forged('\'["out_of_memory", "x"]\''),
    "repr bomb error": function("raise Exception(*['\\x00'*400]*1)"),
}

COMPILING = {
    "deep ast": function("import ast\nreturn ast.literal_eval('('*3000+')'*3000)"),
    "compile many lambdas": function("return 0", before="x=" + "lambda:" * 5000 + "0"),
    "compile f-strings": function("return 0", before="x=f'" + "{1}" * 20000 + "'"),
    "compile big dict": function("return 0", before="x={" + ",".join(f"{i}:{i}" for i in range(50000)) + "}"),
    "compile class nest": "".join(" " * i + "class A:\n" for i in range(99)) + " " * 99 + "pass",
    "compile elif": function("return 0", before="if 1: pass\n" + "elif 1: pass\n" * 3000),
    "compile decorators": "@a\n" * 20000 + "def double(n): return 0",
    "compile locals": "def double(n):\n" + "".join(f"    v{i}=0\n" for i in range(30000)) + "    return 0",
    "compile unicode names": "def double(n):\n    "
    + ";".join(f"{chr(0x4E00 + i)}=0" for i in range(10000))
    + "\n    return 0",
    "regex compile bomb": function("import re; re.compile('('*90+'a'+')?'*90+'{1,1000}{1,1000}')"),
    "regex nested quant": function(
        "import re; return re.compile('(((a{1,99}){1,99}){1,99}){1,99}').match('a'*100)"
    ),
}

WAITING = {
    "await loop": function(
        "class A:\n    def __await__(s):\n        while 1: yield\nasync def f(): await A()\nc=f()\nwhile 1: c.send(None)"
    ),
    "threads flood": function("import threading\ndef f(): threading.Thread(target=f).start()\nf()"),
    "thread lock dead": function("import threading; l=threading.Lock(); l.acquire(); l.acquire()"),
    "queue get": function("import queue; return queue.Queue().get()"),
    "event wait": function("import threading; threading.Event().wait()"),
    "condition wait timeout": function("import threading\nc=threading.Condition()\nwith c: c.wait(1e9)"),
    "select sleep": function("import select; select.select([],[],[],1e6)"),
    "signal pause": function("import signal; signal.pause()"),
    "real clock": function(
        "import _imp; m=_imp.create_builtin(__import__('importlib.machinery').machinery.ModuleSpec('time',None)); return int(m.time())"
    ),
    "posix real read": function("import posix; return posix.read(0,10)"),
    "posix getrandom": function("import posix; return posix.urandom(4)"),
}

DEEP = {
    "deep repr": function("a=()\nfor _ in range(10**6): a=(a,)\nreturn hash(a)"),
    "deep json": function("import json\nreturn json.loads('['*10**6)"),
    "deep compile attr": function("return 0", before="x=" + "a." * 30000 + "b"),
    "str format width": function("return len('%*d'%(10**9,1))"),
    "format width": function("return format(1,'>999999999d')"),
    "int(str) huge": function("import sys; sys.set_int_max_str_digits(0); return int('9'*10**6)"),
    "fraction": function("from fractions import Fraction; return Fraction('1e9999999')"),
    "decimal exp": function(
        "from decimal import *; getcontext().prec=MAX_PREC; getcontext().Emax=MAX_EMAX; return int(Decimal(10)**Decimal(10**17))"
    ),
    "decimal div": function("from decimal import *; getcontext().prec=10**8; return str(Decimal(1)/3)[:5]"),
    "struct": function("import struct; return struct.pack('999999999x')"),
    "array mul": function("import array; return len(array.array('d',[0])*10**9)"),
    "itertools product": function(
        "import itertools; return sum(1 for _ in itertools.product(range(100),repeat=9))"
    ),
    "permutations mem": function("import itertools; return len(list(itertools.permutations(range(12))))"),
    "tee": function(
        "import itertools; a=[itertools.count()]\nfor _ in range(10**5): a=[*itertools.tee(a[0])]\nreturn next(a[0])"
    ),
    "chained iterators": function("i=iter([1])\nfor _ in range(10**6): i=map(abs,i)\nreturn next(i)"),
    "partial nest": function(
        "import functools; f=abs\nfor _ in range(10**6): f=functools.partial(lambda g:g(),f)\nreturn f()"
    ),
    "method wrapper nest": function(
        "f=len\nfor _ in range(10**5): f=type('A',(),{'__call__':f})()\nreturn f()"
    ),
    "property recursion": function(
        "return A().x", before="class A:\n    @property\n    def x(s): return s.x"
    ),
    "getattr recursion": function(
        "return A().x", before="class A:\n    def __getattr__(s,k): return getattr(s,k+'x')"
    ),
    "eq recursion C": function("a=[];a.append(a);b=[];b.append(b)\nreturn a==b"),
    "hash recursion": function("return hash(A())", before="class A:\n    def __hash__(s): return hash((s,))"),
    "exception chain": function(
        "e=None\nfor _ in range(10**6):\n    x=ValueError(); x.__context__=e; e=x\nraise e"
    ),
    "traceback long": function(
        "import sys;sys.setrecursionlimit(10**6)\ndef g(k):\n    if k: g(k-1)\n    raise ValueError\ng(40000)"
    ),
    "trap in deep stack": function(
        "import sys;sys.setrecursionlimit(10**6)\ndef g(k):\n    if k: return sorted([1],key=lambda _:g(k-1))\n    import os;os.abort()\ng(100)"
    ),
    "fuel out in deep stack": function(
        "import sys;sys.setrecursionlimit(10**6)\ndef g(k):\n    if k: return g(k-1)\n    while 1: pass\ng(100000)"
    ),
    "freeing a deep chain of objects": function(
        "class N: pass\na=None\nfor _ in range(10**6):\n    b=N();b.n=a;a=b\ndel a"
    ),
    "freeing a deep chain of generators": function(
        "def g(x):\n    yield x\na=None\nfor _ in range(2*10**5):\n    a=g(a);next(a)\ndel a"
    ),
    "yield from deep": function(
        "import sys;sys.setrecursionlimit(10**9)\ndef g(k):\n    if k: yield from g(k-1)\n    yield 0\nreturn sum(g(10**5))"
    ),
    "async deep": function(
        "import sys;sys.setrecursionlimit(10**9)\nasync def g(k): return await g(k+1)\ntry: g(0).send(None)\nexcept StopIteration as e: return e.value"
    ),
}

INSIDE = {
    "CPython's test module": function("import _testcapi"),
    "a second interpreter": function(
        "import _interpreters; i=_interpreters.create(); _interpreters.exec(i,'1/0')"
    ),
    "a second interpreter, by the library": function("import concurrent.interpreters"),
    "bytecode bad stack": function(
        "f=lambda: 0\nf.__code__=f.__code__.replace(co_code=bytes([0x53,0]*50),co_stacksize=1)\nreturn f()"
    ),
    "bytecode oob const": function(
        "f=lambda: 0\nc=f.__code__\nimport dis\nf.__code__=c.replace(co_code=bytes([dis.opmap['RESUME'],0,dis.opmap['LOAD_CONST'],255,dis.opmap['RETURN_VALUE'],0]))\nreturn f()"
    ),
    "use after free array": function(
        "import array\nb=array.array('B',[1]*100)\nclass X:\n    def __index__(s): b.clear(); return 1\nb[50]=X()\nreturn 0"
    ),
    "mutating sort": function("l=list(range(1000))\nl.sort(key=lambda k:l.clear())"),
    "memoryview free": function(
        "import io\nclass R(io.RawIOBase):\n    def readinto(s,b): R.v=b; return len(b)\n    def readable(s): return 1\nio.BufferedReader(R()).read(10)\nv=R.v\nreturn bytes(v[:100]).hex()"
    ),
    "referrers of the collector": function(
        "import gc\nt=(1,2)\nfor r in gc.get_referrers(*gc.get_objects()[:50]): pass\nreturn 0"
    ),
    "type slots poison": function(
        "return 0",
        before="import gc\nd=gc.get_referents(str.__dict__)[0]\nd['__len__']=lambda s:0\nd['encode']=lambda *a:b'[\"returned\",15838]'",
    ),
    "sys.modules guest replaced": function(
        "return 0",
        before="import sys,types\nm=types.ModuleType('guest'); m.WitWorld=type('W',(),{'run_test':lambda s,i:'[\"returned\",0]'}); sys.modules['guest']=m",
    ),
    "__build_class__ hook": function(
        "return 0",
        before="import builtins\nbuiltins.__build_class__=lambda *a,**k: 1/0\nbuiltins.exec=None;builtins.compile=None",
    ),
}

ATTACKS: dict[str, dict[str, str]] = {
    "the guest's state": HARNESS,
    "the decoder's corners": DECODING,
    "the compiler": COMPILING,
    "waiting": WAITING,
    "deep and large": DEEP,
    "the interpreter's inside": INSIDE,
}
