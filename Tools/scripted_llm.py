#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A language model on 127.0.0.1 that says what a script says, so that real agents run without a key.

usage: scripted_llm.py PORT SCENARIOS.json [LOG.ndjson]

PORT 0 takes a free port. The first line of output is 'listening on http://127.0.0.1:PORT/v1'. Standard library only.

Speaks, streaming and not:
  POST …/chat/completions   OpenAI's and Mistral's chat completions (Mistral Vibe and most others)
  POST …/responses          OpenAI's Responses (Codex)
  POST …/messages           Anthropic's Messages (Claude Code); also …/messages/count_tokens
  GET  …/models

It keeps no state but for the steps with a limit. The last user message with a marker '[[scenario NAME key=value …]]' chooses the script, and the number
of the assistant's turns since that message chooses the step. Without a marker it answers 'ok'. A scenario is another's name, or a list of steps:
  thinking      text of a thought (optional)
  text          text of the answer (optional)
  tool_calls    [{"name": … or [names: the first one that the request offers wins], "arguments": {…}}]
  delay         seconds before answering          chunk_delay   seconds between pieces of text
  status, error answer with this HTTP status and body
  limit         the status is answered only for so many seconds after the step was first asked for; in its body "{{limit_end}}"
                becomes their end, in seconds since 1970
In strings of a step {{key}} becomes the marker's value. A request that offers no tools gets no tool calls: agents also ask for
titles and summaries, with the conversation, marker and all, as the question.

LOG gets one JSON object a line for each request: {"POST": path, "scenario", "step", "headers", "body"}.
"""
import gzip
import json
import re
import sys
import threading
import time
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

MARKER = re.compile(r"\[\[scenario ([\w.-]+)((?: \w+=[^\s\]]+)*)\]\]")
LOGGED_HEADERS = ("authorization", "x-api-key", "user-agent", "anthropic-beta", "anthropic-version")


class Log:
    """The requests, for tests that ask how often the model was asked what."""

    def __init__(self, path):
        self.path, self.lock = path, threading.Lock()

    def add(self, entry):
        if self.path:
            with self.lock, open(self.path, "a", encoding="utf-8") as file:
                file.write(json.dumps(entry) + "\n")


# --- choosing the step


def text_of(content):
    """The text of a message's content, which is a string or a list of blocks; results of tools do not count."""
    if isinstance(content, str):
        return content
    if not isinstance(content, list):
        return ""
    parts = []
    for block in content:
        if not isinstance(block, dict):
            continue
        if "text" in block:
            parts.append(text_of(block["text"]))
        elif block.get("type") != "tool_result":
            parts.append(text_of(block.get("content")))
    return "\n".join(parts)


def substitute(value, variables):
    if isinstance(value, str):
        return re.sub(r"\{\{(\w+)\}\}", lambda match: variables.get(match.group(1), match.group(0)), value)
    if isinstance(value, list):
        return [substitute(item, variables) for item in value]
    if isinstance(value, dict):
        return {key: substitute(item, variables) for key, item in value.items()}
    return value


def choose(scenarios, messages, offered):
    """The step for a conversation of (role, text), the scenario's name and the step's number."""
    name, index, variables, before = None, 0, {}, None
    for role, text in messages:
        if role == "user":
            markers = list(MARKER.finditer(text or ""))
            if markers:
                name, index = markers[-1].group(1), 0
                variables = dict(pair.split("=", 1) for pair in markers[-1].group(2).split())
        elif role == "assistant" and before != "assistant":
            index += 1
        before = role
    if name is None:
        return {"text": "ok"}, None, 0
    steps = scenarios.get(name, [])
    if isinstance(steps, str):
        steps = scenarios[steps]
    step = substitute(steps[index], variables) if index < len(steps) else {"text": f"(end of script {name})"}
    if not offered:
        step.pop("tool_calls", None)
    for call in step.get("tool_calls", []):
        if isinstance(call["name"], list):
            call["name"] = next((choice for choice in call["name"] if choice in offered), call["name"][0])
    return step, name, index


def pieces(text, size=24):
    return [text[start : start + size] for start in range(0, len(text), size)] or [""]


def short_id(prefix, length=12):
    return prefix + uuid.uuid4().hex[:length]


# --- one class for each dialect: how it reads a conversation, answers at once, and streams


class ChatCompletions:
    def __init__(self, body):
        self.body = body

    def offered(self):
        return [tool.get("function", {}).get("name") for tool in self.body.get("tools") or []]

    def messages(self):
        return [(message["role"], text_of(message.get("content"))) for message in self.body.get("messages", [])]

    def answer(self, step):
        self.step = step
        self.calls = [
            {
                "id": uuid.uuid4().hex[:9],
                "type": "function",
                "index": index,
                "function": {"name": call["name"], "arguments": json.dumps(call["arguments"])},
            }
            for index, call in enumerate(step.get("tool_calls", []))
        ]
        self.finish = "tool_calls" if self.calls else "stop"
        self.usage = {"prompt_tokens": 1000, "completion_tokens": 20, "total_tokens": 1020}
        self.base = {"id": short_id("cmpl-", 8), "created": int(time.time()), "model": self.body.get("model", "scripted")}
        message = {"role": "assistant", "content": step.get("text") or ""}
        if step.get("thinking"):
            message["reasoning_content"] = step["thinking"]
        if self.calls:
            message["tool_calls"] = self.calls
        choice = {"index": 0, "message": message, "finish_reason": self.finish}
        return {**self.base, "object": "chat.completion", "choices": [choice], "usage": self.usage}

    def stream(self, send):
        base = {**self.base, "object": "chat.completion.chunk"}

        def delta(value, finish=None, **more):
            send({**base, "choices": [{"index": 0, "delta": value, "finish_reason": finish}], **more})

        delta({"role": "assistant", "content": ""})
        for piece in pieces(self.step["thinking"]) if self.step.get("thinking") else []:
            delta({"reasoning_content": piece})
        for piece in pieces(self.step["text"]) if self.step.get("text") else []:
            delta({"content": piece})
            time.sleep(self.step.get("chunk_delay", 0))
        for call in self.calls:
            delta({"tool_calls": [{**call, "function": {"name": call["function"]["name"], "arguments": ""}}]})
            for piece in pieces(call["function"]["arguments"], 40):
                delta({"tool_calls": [{"index": call["index"], "function": {"arguments": piece}}]})
        delta({}, self.finish, usage=self.usage)
        if (self.body.get("stream_options") or {}).get("include_usage"):
            send({**base, "choices": [], "usage": self.usage})
        send("[DONE]")


class Messages:
    def __init__(self, body):
        self.body = body

    def offered(self):
        return [tool.get("name") for tool in self.body.get("tools") or []]

    def messages(self):
        return [(self.role(message), text_of(message.get("content"))) for message in self.body.get("messages", [])]

    @staticmethod
    def role(message):
        """A user's message that holds nothing but results of tools is none."""
        content = message.get("content")
        blocks = content if isinstance(content, list) else []
        only_results = blocks and all(isinstance(block, dict) and block.get("type") == "tool_result" for block in blocks)
        return "tool" if message["role"] == "user" and only_results else message["role"]

    def answer(self, step):
        self.step, blocks = step, []
        if step.get("thinking") and self.body.get("thinking"):
            blocks.append({"type": "thinking", "thinking": step["thinking"], "signature": "c2ln"})
        if step.get("text"):
            blocks.append({"type": "text", "text": step["text"]})
        for call in step.get("tool_calls", []):
            blocks.append({"type": "tool_use", "id": short_id("toolu_", 20), "name": call["name"], "input": call["arguments"]})
        usage = {"input_tokens": 1000, "output_tokens": 20, "cache_creation_input_tokens": 0, "cache_read_input_tokens": 0}
        self.message = {
            "id": short_id("msg_", 16),
            "type": "message",
            "role": "assistant",
            "model": self.body.get("model"),
            "content": blocks,
            "stop_reason": "tool_use" if step.get("tool_calls") else "end_turn",
            "stop_sequence": None,
            "usage": usage,
        }
        return self.message

    EMPTY = {"text": {"type": "text", "text": ""}, "thinking": {"type": "thinking", "thinking": "", "signature": ""}}

    def stream(self, send):
        def event(kind, **rest):
            send({"type": kind, **rest}, kind)

        start = {**self.message, "content": [], "stop_reason": None}
        start["usage"] = {**self.message["usage"], "output_tokens": 1}
        event("message_start", message=start)
        for index, block in enumerate(self.message["content"]):
            empty = self.EMPTY.get(block["type"]) or {**block, "input": {}}
            event("content_block_start", index=index, content_block=empty)
            for delta, pause in self.deltas(block):
                event("content_block_delta", index=index, delta=delta)
                time.sleep(pause)
            event("content_block_stop", index=index)
        reason = {"stop_reason": self.message["stop_reason"], "stop_sequence": None}
        event("message_delta", delta=reason, usage={"output_tokens": 20})
        event("message_stop")

    def deltas(self, block):
        if block["type"] == "text":
            for piece in pieces(block["text"]):
                yield {"type": "text_delta", "text": piece}, self.step.get("chunk_delay", 0)
        elif block["type"] == "thinking":
            for piece in pieces(block["thinking"]):
                yield {"type": "thinking_delta", "thinking": piece}, 0
            yield {"type": "signature_delta", "signature": "c2ln"}, 0
        else:
            for piece in pieces(json.dumps(block["input"]), 40):
                yield {"type": "input_json_delta", "partial_json": piece}, 0


class Responses:
    def __init__(self, body):
        self.body = body

    def offered(self):
        return [tool.get("name") or tool.get("type") for tool in self.body.get("tools") or []]

    def messages(self):
        items = self.body.get("input")
        if isinstance(items, str):
            return [("user", items)]
        found = []
        for item in items or []:
            kind = item.get("type", "message")
            if kind == "message":
                found.append((item.get("role"), text_of(item.get("content"))))
            elif kind in ("function_call", "custom_tool_call", "local_shell_call"):
                found.append(("assistant", ""))
            elif kind.endswith("_output"):
                found.append(("tool", ""))
        return found

    def answer(self, step):
        self.step, self.items = step, []
        if step.get("text"):
            content = [{"type": "output_text", "text": step["text"], "annotations": []}]
            item = {"type": "message", "id": short_id("msg_", 10), "role": "assistant", "status": "completed"}
            self.items.append({**item, "content": content})
        self.items += [self.call_item(call) for call in step.get("tool_calls", [])]
        self.final = {
            "id": short_id("resp_"),
            "object": "response",
            "created_at": int(time.time()),
            "status": "completed",
            "model": self.body.get("model"),
            "output": self.items,
            "usage": {
                "input_tokens": 1000,
                "input_tokens_details": {"cached_tokens": 0},
                "output_tokens": 20,
                "output_tokens_details": {"reasoning_tokens": 0},
                "total_tokens": 1020,
            },
        }
        return self.final

    @staticmethod
    def call_item(call):
        item = {"call_id": short_id("call_", 10), "name": call["name"], "status": "completed"}
        if "input" in call:
            return {"type": "custom_tool_call", "id": short_id("ctc_", 10), **item, "input": call["input"]}
        if call.get("namespace"):
            item["namespace"] = call["namespace"]
        return {"type": "function_call", "id": short_id("fc_", 10), **item, "arguments": json.dumps(call["arguments"])}

    def stream(self, send):
        number = 0

        def event(kind, **rest):
            nonlocal number
            number += 1
            send({"type": kind, **rest, "sequence_number": number}, kind)

        event("response.created", response={**self.final, "status": "in_progress", "output": [], "usage": None})
        for index, item in enumerate(self.items):
            opened = {**item, "status": "in_progress", **({"content": []} if item["type"] == "message" else {})}
            event("response.output_item.added", output_index=index, item=opened)
            if item["type"] == "message":
                place = {"item_id": item["id"], "output_index": index, "content_index": 0}
                for piece in pieces(item["content"][0]["text"]):
                    event("response.output_text.delta", **place, delta=piece)
                    time.sleep(self.step.get("chunk_delay", 0))
            event("response.output_item.done", output_index=index, item=item)
        event("response.completed", response=self.final)


DIALECTS = {"/chat/completions": ChatCompletions, "/messages": Messages, "/responses": Responses}


# --- HTTP


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    scenarios, log, limits = {}, Log(None), {}

    def log_message(self, *_):
        pass

    def send_json(self, value, status=200):
        data = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def start_events(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Cache-Control", "no-cache")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True

    def send_event(self, data, event=None):
        text = data if isinstance(data, str) else json.dumps(data)
        self.wfile.write(((f"event: {event}\n" if event else "") + f"data: {text}\n\n").encode())
        self.wfile.flush()

    def do_HEAD(self):
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_GET(self):
        self.log.add({"GET": self.path})
        if self.path.split("?")[0].endswith("/models"):
            model = {"id": "scripted-model", "object": "model", "created": 0, "owned_by": "script"}
            return self.send_json({"object": "list", "data": [model], "models": []})
        self.send_json({"ok": True})

    def do_POST(self):
        path = self.path.split("?")[0]
        raw = self.read_body()
        try:
            if self.headers.get("Content-Encoding") == "gzip":
                raw = gzip.decompress(raw)
            body = json.loads(raw or b"{}")
        except (ValueError, OSError) as error:
            self.log.add({"POST": self.path, "bad": repr(error), "bytes": len(raw)})
            return self.send_json({"error": {"message": "bad json"}}, 400)
        try:
            if path.endswith("/messages/count_tokens"):
                return self.send_json({"input_tokens": 100})
            dialect = next((kind for suffix, kind in DIALECTS.items() if path.endswith(suffix)), None)
            if dialect is None:
                self.log.add({"POST": self.path, "body": body})
                return self.send_json({"ok": True})
            self.converse(dialect(body), body)
        except (BrokenPipeError, ConnectionResetError):
            self.log.add({"client_gone": path})

    def read_body(self):
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        raw = b""
        while size := int(self.rfile.readline().strip() or b"0", 16):
            raw += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return raw

    def converse(self, dialect, body):
        step, name, index = choose(self.scenarios, dialect.messages(), dialect.offered())
        headers = {key: value for key, value in self.headers.items() if key.lower() in LOGGED_HEADERS}
        self.log.add({"POST": self.path, "scenario": name, "step": index, "headers": headers, "body": body})
        time.sleep(step.get("delay", 0))
        limit_end = Handler.limits.setdefault((name, index), int(time.time()) + step.get("limit", 0))
        if step.get("status") and (not step.get("limit") or time.time() < limit_end):
            error = step.get("error", {"error": {"message": "scripted error", "type": "api_error"}})
            text = json.dumps(error).replace('"{{limit_end}}"', str(limit_end))
            return self.send_json(json.loads(text), step["status"])
        answer = dialect.answer(step)
        if not body.get("stream"):
            return self.send_json(answer)
        self.start_events()
        dialect.stream(self.send_event)


def main():
    port, scenarios = int(sys.argv[1]), sys.argv[2]
    with open(scenarios, encoding="utf-8") as file:
        Handler.scenarios = json.load(file)
    Handler.log = Log(sys.argv[3] if len(sys.argv) > 3 else None)
    ThreadingHTTPServer.daemon_threads = True
    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    print(f"listening on http://127.0.0.1:{server.server_address[1]}/v1", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    main()
