#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""An MCP server on 127.0.0.1 or on its standard streams, with a tool or two, so that tests see what an agent does with a server that it is given.

usage: scripted_mcp.py PORT|stdio TOKEN LOG.ndjson

PORT 0 takes a free port. The first line of output is 'listening on http://127.0.0.1:PORT/mcp'. Standard library only.
Speaks Streamable HTTP of 2025-06-18 and 2025-11-25 without streams: every request is answered with JSON, GET with 405.
The tool 'report_progress' takes 'message' and answers 'recorded: MESSAGE'. On standard streams there is 'ask_person' too:
it asks for a colour and a number, or for 'page' to be opened, and answers with what it heard (MCP, Elicitation). A request without 'Authorization: Bearer TOKEN'
is refused with 401; on standard streams the variable MCP_AUTHORIZATION must be 'Bearer TOKEN'. LOG gets one JSON object a line for each message that was let in.
"""
import json
import os
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

TOOL = {
    "name": "report_progress",
    "description": "Report progress to the orchestrator",
    "inputSchema": {"type": "object", "properties": {"message": {"type": "string"}}, "required": ["message"]},
}
ASK = {
    "name": "ask_person",
    "description": "Ask the person for a colour and a number, or to open a page",
    "inputSchema": {"type": "object", "properties": {"page": {"type": "string"}}},
}
FORM = {
    "type": "object",
    "properties": {
        "colour": {"type": "string", "title": "Colour", "enum": ["red", "blue"], "enumNames": ["Red", "Blue"]},
        "count": {"type": "integer", "title": "How many", "minimum": 1, "default": 2},
    },
    "required": ["colour", "count"],
}
VERSIONS = ("2025-11-25", "2025-06-18", "2025-03-26")


def result_of(message):
    """The result of a request, or None for an unknown method."""
    params = message.get("params") or {}
    match message.get("method"):
        case "initialize":
            asked = params.get("protocolVersion")
            version = asked if asked in VERSIONS else VERSIONS[0]
            server = {"name": "orchestrator", "version": "1"}
            return {"protocolVersion": version, "capabilities": {"tools": {}}, "serverInfo": server}
        case "ping":
            return {}
        case "tools/list":
            return {"tools": [TOOL]}
        case "tools/call":
            text = "recorded: " + str((params.get("arguments") or {}).get("message"))
            return {"content": [{"type": "text", "text": text}], "isError": False}
    return None


def response(message):
    result = result_of(message)
    if result is None:
        error = {"code": -32601, "message": "Method not found: " + str(message.get("method"))}
        return {"jsonrpc": "2.0", "id": message["id"], "error": error}
    return {"jsonrpc": "2.0", "id": message["id"], "result": result}


def note(message, log):
    with open(log, "a", encoding="utf-8") as file:
        file.write(json.dumps(message) + "\n")


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    token, log, lock = "", "", threading.Lock()

    def log_message(self, *_):
        pass

    def answer(self, status, value=None):
        data = json.dumps(value).encode() if value is not None else b""
        self.send_response(status)
        if value is not None:
            self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def do_GET(self):
        self.answer(405)

    def do_DELETE(self):
        self.answer(405)

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.headers.get("Authorization") != "Bearer " + self.token:
            return self.answer(401)
        try:
            message = json.loads(body)
        except ValueError:
            return self.answer(400)
        with self.lock:
            note(message, self.log)
        if "id" not in message:
            return self.answer(202)
        self.answer(200, response(message))


def serve_standard_streams(token, log):
    if os.environ.get("MCP_AUTHORIZATION") != "Bearer " + token:
        sys.exit("MCP_AUTHORIZATION is not what it must be")
    asked = None
    for line in sys.stdin:
        message = json.loads(line)
        note(message, log)
        called = (message.get("params") or {}).get("name")
        if message.get("id") == "question" and "method" not in message:
            text = "heard: " + json.dumps(message.get("result") or message.get("error"), sort_keys=True)
            say({"jsonrpc": "2.0", "id": asked, "result": {"content": [{"type": "text", "text": text}], "isError": False}})
        elif message.get("method") == "tools/list":
            say({"jsonrpc": "2.0", "id": message["id"], "result": {"tools": [TOOL, ASK]}})
        elif message.get("method") == "tools/call" and called == ASK["name"]:
            asked = message["id"]
            page = (message["params"].get("arguments") or {}).get("page")
            how = {"mode": "url", "url": page, "elicitationId": "page-1"} if page else {"mode": "form", "requestedSchema": FORM}
            params = {"message": "Open it" if page else "What shall I paint?", **how}
            say({"jsonrpc": "2.0", "id": "question", "method": "elicitation/create", "params": params})
        elif "id" in message:
            say(response(message))


def say(message):
    print(json.dumps(message), flush=True)


def main():
    if sys.argv[1] == "stdio":
        return serve_standard_streams(sys.argv[2], sys.argv[3])
    Handler.token, Handler.log = sys.argv[2], sys.argv[3]
    ThreadingHTTPServer.daemon_threads = True
    server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler)
    print(f"listening on http://127.0.0.1:{server.server_address[1]}/mcp", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main()
