"""An OpenAI-compatible server that fails, stalls and lies as it is told, over real sockets."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def body(text, **more):
    """A well-formed reply."""
    choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
    usage = {"prompt_tokens": 7, "completion_tokens": 3, "total_tokens": 10}
    return {"id": "x", "model": "fake-1", "choices": [choice], "usage": usage, **more}


class Fake(ThreadingHTTPServer):
    """Serves until the end of a `with` block.

    `answer(request, handler)` returns a text, a reply's JSON, or None where it has written by itself.
    """

    request_queue_size = 256
    daemon_threads = True
    block_on_close = False

    def __init__(self, answer):
        super().__init__(("127.0.0.1", 0), Handler)
        self.answer = answer
        self.url = f"http://127.0.0.1:{self.server_port}/v1"
        self.lock = threading.Lock()
        self.seen, self.paths, self.headers, self.busy, self.most = [], [], [], 0, 0

    def __enter__(self):
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *error):
        self.shutdown()
        self.server_close()

    def handle_error(self, request, client_address):
        """Clients that go away are part of the play."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        request = json.loads(self.rfile.read(int(self.headers["content-length"])))
        server = self.server
        with server.lock:
            server.seen.append(request)
            server.paths.append(self.path)
            server.headers.append(dict(self.headers))
            server.busy += 1
            server.most = max(server.most, server.busy)
        try:
            reply = server.answer(request, self)
        finally:
            with server.lock:
                server.busy -= 1
        if isinstance(reply, str):
            reply = body(reply)
        if reply is not None:
            self.send(200, json.dumps(reply).encode())

    def send(self, status, content, headers=(), length=None):
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(content) if length is None else length))
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *arguments):
        pass


def status(code, *headers, message="no"):
    """Answers with an error."""
    content = json.dumps({"error": {"message": message}}).encode()
    return lambda request, handler: handler.send(code, content, headers)


def raw(content, length=None):
    """Answers 200 with these bytes, closing early if it announces more."""

    def act(request, handler):
        handler.send(200, content, length=length)
        handler.close_connection = True

    return act


def drop(request, handler):
    handler.close_connection = True


def stall(request, handler):
    time.sleep(1.0)
    drop(request, handler)


def trickle(request, handler):
    """Never silent for long, never done."""
    handler.send(200, b"", length=10_000)
    for _ in range(60):
        handler.wfile.write(b" ")
        time.sleep(0.03)
    handler.close_connection = True


def flood(request, handler):
    """A reply of a gigabyte."""
    handler.send(200, b"", length=2**30)
    for _ in range(2**10):
        handler.wfile.write(b" " * 2**20)
