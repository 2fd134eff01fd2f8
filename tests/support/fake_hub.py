# SPDX-License-Identifier: GPL-3.0-or-later
"""A hub of models for tests: fake_hub.py FOLDER LOG serves FOLDER's files as every model ORG/NAME.

Prints its port, logs each request as a line of JSON, and ends when its standard input closes. Small files come from
the hub itself (127.0.0.1), weights by redirect from another host (localhost), with ranges. NAME says how the hub
misbehaves; the comment at each case below tells. "First" means the first request for that file of that model.
"""
import hashlib
import http.server
import json
import os
import pathlib
import re
import sys
import threading
import time
import urllib.parse

FOLDER = pathlib.Path(sys.argv[1])
LOG = pathlib.Path(sys.argv[2])
COMMIT = "0123456789abcdef0123456789abcdef01234567"
LARGE = (".safetensors", ".gguf")
TOKEN = "hf_secret"

asked = {}  # (name, file): number of requests so far
lock = threading.Lock()


def entry(path):
    content = path.read_bytes()
    blob = hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()
    listed = {"rfilename": path.relative_to(FOLDER).as_posix(), "size": len(content), "blobId": blob}
    if path.suffix in LARGE:
        listed["lfs"] = {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content), "pointerSize": 134}
    return listed


def listing(name):
    files = [entry(path) for path in sorted(FOLDER.rglob("*")) if path.is_file()]
    by_name = {file["rfilename"]: file for file in files}
    answer = {"id": f"org/{name}", "sha": COMMIT, "siblings": files}
    if name == "hostile":  # a file outside of the model's folder
        files.append({"rfilename": "../../../evil.json", "size": 1, "blobId": "0" * 40})
    if name == "absolute":
        files.append({"rfilename": "/tmp/evil.json", "size": 1, "blobId": "0" * 40})
    if name == "control":
        files.append({"rfilename": "a\nb.json", "size": 1, "blobId": "0" * 40})
    if name == "hostile-digest":
        by_name["config.json"]["blobId"] = "../../../../evil"
    if name == "hostile-commit":
        answer["sha"] = "../../evil"
    if name == "negative":
        by_name["config.json"]["size"] = -1
    if name == "huge":  # more than any disk has free
        by_name["model.safetensors"]["lfs"]["size"] = 1 << 43
    if name == "unchecked":  # no checksum
        del by_name["config.json"]["blobId"]
    if name == "no-weights":
        answer["siblings"] = [file for file in files if not file["rfilename"].startswith("model")]
    if name == "words":  # no JSON
        return b"<html>Welcome</html>"
    if name == "endless":
        return b" " * (33 << 20)
    return json.dumps(answer).encode()


class Hub(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        path = urllib.parse.urlsplit(self.path).path
        with lock, open(LOG, "a", encoding="utf-8") as log:
            log.write(json.dumps({"host": self.headers["Host"].split(":")[0], "path": path,
                                  **{key.lower(): value for key, value in self.headers.items()
                                     if key in ("Range", "If-Range", "Authorization")}}) + "\n")
        try:
            if match := re.fullmatch(r"/api/models/org/([^/]+)/revision/(.+)", path):
                self.answer_listing(match[1], urllib.parse.unquote(match[2]))
            elif match := re.fullmatch(r"/org/([^/]+)/resolve/([^/]+)/(.+)", path):
                self.answer_resolve(match[1], urllib.parse.unquote(match[3]))
            elif match := re.fullmatch(r"/cdn/([^/]+)/(.+)", path):
                self.answer_file(match[1], urllib.parse.unquote(match[2]))
            else:
                self.reply(404)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def reply(self, status, body=b"", **headers):
        self.send_response(status)
        for key, value in headers.items():
            self.send_header(key.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def count(self, name, file):
        """How often this file of this model was asked for before."""
        with lock:
            before = asked.get((name, file), 0)
            asked[name, file] = before + 1
        return before

    def answer_listing(self, name, revision):
        before = self.count(name, "")
        if name == "gated" and self.headers["Authorization"] != f"Bearer {TOKEN}":
            return self.reply(401, X_Error_Code="GatedRepo", X_Error_Message="Access to model org/gated is restricted.")
        if name == "unknown":
            return self.reply(404, X_Error_Code="RepoNotFound", X_Error_Message="Repository not found")
        if revision not in ("main", "refs/pr/1", COMMIT):
            return self.reply(404, X_Error_Code="RevisionNotFound", X_Error_Message=f"Invalid rev id: {revision}")
        if name == "busy" and before < 2:  # twice
            return self.reply(503, Retry_After="0")
        if name == "moved":  # a renamed model
            return self.reply(307, Location=self.path.replace("/moved/", "/plain/"))
        if name == "circle":  # redirects without end
            return self.reply(302, Location=self.path)
        if name == "escape":  # to another protocol
            return self.reply(302, Location="file:///etc/hostname")
        self.reply(200, listing(name))

    def answer_resolve(self, name, file):
        if name == "missing" and file.endswith(LARGE):  # listed, and not there
            return self.reply(404, X_Error_Code="EntryNotFound", X_Error_Message="Entry not found")
        if not file.endswith(LARGE):
            return self.answer_file(name, file)
        port = self.server.server_address[1]
        self.reply(302, Location=f"http://localhost:{port}/cdn/{name}/{urllib.parse.quote(file)}")

    def answer_file(self, name, file):
        content = (FOLDER / file).read_bytes()
        before = self.count(name, file)
        large = file.endswith(LARGE)
        etag = '"one"'
        if (name == "wrong" and large) or (name == "wrong-small" and file == "config.json"):  # one byte is another
            content = content[:-1] + bytes([content[-1] ^ 1])
        if name == "changing" and large:  # first another file of the same size, cut off
            etag = '"two"' if before else '"one"'
            content = content if before else bytes(len(content))
        if name == "longer" and large:  # more bytes than listed, and no length
            self.close_connection = True
            self.send_response(200)
            self.end_headers()
            return self.wfile.write(content + b"more")
        if name == "shorter" and large:  # fewer, and the length says so
            content = content[:-10]
        self.send_part(name, content, etag, before, large)

    def send_part(self, name, content, etag, before, large):
        start = self.range_start(name, content, etag)
        self.send_response(206 if start else 200)
        self.send_header("ETag", etag)
        self.send_header("Content-Length", str(len(content) - start))
        if start:
            shown = start + 1 if name == "odd-range" else start  # a range that is not the one asked for
            self.send_header("Content-Range", f"bytes {shown}-{len(content) - 1}/{len(content)}")
        self.end_headers()
        rest = content[start:]
        cut_first = name in ("breaks", "no-range", "changing", "odd-range") and before == 0
        if large and (cut_first or name == "always-breaks"):  # the connection ends midway
            self.close_connection = True
            return self.wfile.write(rest[:len(rest) // 3])
        if large and name == "stalls" and before == 0:  # nothing comes any more
            self.wfile.write(rest[:len(rest) // 2])
            self.close_connection = True
            return time.sleep(20)
        if large and name == "slow" and before == 0:  # 20 kB a second
            for at in range(0, len(rest), 2000):
                self.wfile.write(rest[at:at + 2000])
                time.sleep(0.1)
            return None
        return self.wfile.write(rest)

    def range_start(self, name, content, etag):
        match = re.fullmatch(r"bytes=(\d+)-", self.headers["Range"] or "")
        current = self.headers["If-Range"] in (None, etag)
        if name == "no-range" or not match or not current:  # no-range: a server that knows no ranges
            return 0
        return min(int(match[1]), len(content))

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True


server = Server(("127.0.0.1", 0), Hub)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(server.server_address[1], flush=True)
sys.stdin.read()
os._exit(0)
