"""A stand-in of a model hub's HTTP interface, as huggingface_hub speaks it, with repositories in memory."""

import base64
import hashlib
import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import yaml

TOKEN = "hf_secret"


class FakeHub(ThreadingHTTPServer):
    """Serves until the end of a `with` block; `repos` maps names to files, `large` holds large files."""

    daemon_threads = True
    block_on_close = False

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.repos, self.private, self.large = {}, {}, {}

    def __enter__(self):
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *error):
        self.shutdown()
        self.server_close()

    def commit(self, repo):
        names = sorted((name, hashlib.sha1(data).hexdigest()) for name, data in self.repos[repo].items())
        return hashlib.sha1(json.dumps(names).encode()).hexdigest()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def reply(self, status, content=b"", kind="application/json", **headers):
        content = content if isinstance(content, bytes) else json.dumps(content).encode()
        self.send_response(status)
        for name, value in {"content-type": kind, "content-length": len(content), **headers}.items():
            self.send_header(name.replace("_", "-"), str(value))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def body(self):
        return self.rfile.read(int(self.headers.get("content-length", 0)))

    def trusted(self):
        return self.headers.get("authorization") == f"Bearer {TOKEN}"

    def do_POST(self):
        hub, data, path = self.server, self.body(), self.path.partition("?")[0]
        if not self.trusted():
            return self.reply(401, {"error": "Invalid username or password."})
        if path == "/api/repos/create":
            asked = json.loads(data)
            name = f"{asked['organization']}/{asked['name']}" if asked.get("organization") else asked["name"]
            if name in hub.repos:
                return self.reply(
                    409, {"error": "You already created this model repo", "url": f"{hub.url}/{name}"}
                )
            hub.repos[name], hub.private[name] = {}, asked.get("visibility") == "private"
            return self.reply(200, {"url": f"{hub.url}/{name}", "name": name})
        if path == "/api/validate-yaml":
            head = yaml.safe_load(json.loads(data)["content"].split("---\n")[1])
            return self.reply(200, {"errors": [] if head["tags"] else [{"message": "tags"}], "warnings": []})
        if found := re.fullmatch(r"/api/models/(.+)/preupload/main", path):
            modes = [
                {"path": one["path"], "uploadMode": "lfs" if one["path"].endswith("tensors") else "regular"}
                for one in json.loads(data)["files"]
            ]
            return self.reply(200, {"files": [mode | {"shouldIgnore": False} for mode in modes]})
        if found := re.fullmatch(r"/(.+)\.git/info/lfs/objects/batch", path):
            objects = [
                one | {"actions": {"upload": {"href": f"{hub.url}/large/{one['oid']}"}}}
                for one in json.loads(data)["objects"]
            ]
            return self.reply(200, {"transfer": "basic", "objects": objects})
        if found := re.fullmatch(r"/api/models/(.+)/commit/main", path):
            files = hub.repos[found[1]]
            for line in map(json.loads, data.splitlines()):
                value = line["value"]
                if line["key"] == "file":
                    files[value["path"]] = base64.b64decode(value["content"])
                elif line["key"] == "lfsFile":
                    files[value["path"]] = hub.large[value["oid"]]
            oid = hub.commit(found[1])
            return self.reply(
                200, {"success": True, "commitUrl": f"{hub.url}/{found[1]}/commit/{oid}", "commitOid": oid}
            )
        return self.reply(404, {"error": path})

    def do_PUT(self):
        data = self.body()
        assert self.path == f"/large/{hashlib.sha256(data).hexdigest()}"
        self.server.large[self.path.rpartition("/")[2]] = data
        self.reply(200)

    def do_GET(self):
        hub, path = self.server, self.path.partition("?")[0]
        found = re.fullmatch(r"/api/models/([^/]+/[^/]+)(/.*)?", path) or re.fullmatch(
            r"/([^/]+/[^/]+)(/resolve/.*)", path
        )
        if not found or found[1] not in hub.repos or (hub.private[found[1]] and not self.trusted()):
            return self.reply(404, {"error": "Repository not found"}, x_error_code="RepoNotFound")
        files, rest = hub.repos[found[1]], found[2] or ""
        if place := re.fullmatch(r"/resolve/[^/]+/(.+)", rest):
            data = files.get(place[1])
            if data is None:
                return self.reply(404, {"error": "Entry not found"}, x_error_code="EntryNotFound")
            etag = f'"{hashlib.sha256(data).hexdigest()}"'
            return self.reply(
                200, data, "application/octet-stream", etag=etag, x_repo_commit=hub.commit(found[1])
            )
        if rest.startswith("/tree/"):
            entries = [
                {
                    "type": "file",
                    "path": name,
                    "size": len(data),
                    "oid": hashlib.sha1(data).hexdigest(),
                }
                for name, data in files.items()
            ]
            return self.reply(200, entries)
        info = {"id": found[1], "sha": hub.commit(found[1]), "private": bool(hub.private[found[1]])}
        return self.reply(200, info | {"siblings": [{"rfilename": name} for name in files], "tags": []})

    do_HEAD = do_GET

    def log_message(self, *_):
        """Writes nothing."""
