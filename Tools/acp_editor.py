#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Plays an editor: drives an ACP agent with the official Python SDK (PyPI agent-client-protocol) through a list of steps.

    acp_editor.py STEPS -- COMMAND ARGS…

STEPS is JSON, a list of [verb, argument]. What happens is printed as it happens, one JSON object a line: the answer of each
step, every session/update, every question. An error of a step is its answer. Verbs:

    ["new", FOLDER]       session/new          ["load", FOLDER]     session/load, of the last session
    ["prompt", TEXT]      session/prompt       ["resume", FOLDER]   session/resume, likewise
    ["cancel", TEXT]      session/prompt, cancelled at the first update that follows
    ["blocks", JSON]      session/prompt with these content blocks
    ["list", FOLDER]      session/list         ["close", null]      session/close
    ["mode", ID]          session/set_mode     ["option", "[ID, VALUE]"]  session/set_config_option
    ["answer", KIND]      how questions are answered from now on: the kind of an option, or "nothing" to leave them open
    ["login", METHOD]     authenticate         ["restart", null]    the agent's process ends, another is started
"""

import asyncio
import json
import os
import sys

import acp
from acp.schema import AllowedOutcome, DeniedOutcome, PromptRequest, RequestPermissionResponse
from pydantic import TypeAdapter

BLOCK = TypeAdapter(PromptRequest.model_fields["prompt"].annotation.__args__[0])


def tell(**what):
    print(json.dumps(what), flush=True)


def plain(model):
    return model.model_dump(by_alias=True, exclude_none=True, mode="json")


class Editor(acp.Client):
    def __init__(self):
        self.answer = "allow_once"
        self.heard = asyncio.Event()

    def on_connect(self, conn):
        pass

    async def session_update(self, session_id, update, **kwargs):
        tell(update=plain(update), session=session_id)
        self.heard.set()

    async def request_permission(self, session_id, tool_call, options, **kwargs):
        tell(question=plain(tool_call), options=[option.kind for option in options])
        self.heard.set()
        if self.answer == "nothing":
            await asyncio.Event().wait()
        chosen = [option for option in options if option.kind == self.answer]
        if not chosen:
            return RequestPermissionResponse(outcome=DeniedOutcome(outcome="cancelled"))
        return RequestPermissionResponse(outcome=AllowedOutcome(outcome="selected", option_id=chosen[0].option_id))


def watch(event):
    """The SDK has no words for a request that is taken back."""
    if event.message.get("method") == "$/cancel_request":
        tell(takenBack=event.message["params"]["requestId"])


async def play(steps, command, editor, state):
    """Plays steps with one process; the rest of them when a restart is wanted."""
    async with acp.spawn_agent_process(editor, command[0], *command[1:], env=dict(os.environ), observers=[watch]) as (
        agent,
        _,
    ):
        hello = await agent.initialize(protocol_version=acp.PROTOCOL_VERSION)
        tell(step="initialize", result=plain(hello))
        while steps:
            verb, argument = steps.pop(0)
            if verb == "restart":
                return steps
            if verb == "answer":
                editor.answer = argument
                continue
            try:
                result = await act(verb, argument, agent, editor, state)
                tell(step=verb, result=plain(result) if result is not None else {})
            except acp.RequestError as error:
                tell(step=verb, error={"code": error.code, "message": str(error)})
    return steps


async def act(verb, argument, agent, editor, state):
    session = state.get("session")
    text = [acp.text_block(argument)] if isinstance(argument, str) else None
    if verb == "new":
        result = await agent.new_session(cwd=argument, mcp_servers=[])
        state["session"] = result.session_id
        return result
    if verb == "prompt":
        return await agent.prompt(session_id=session, prompt=text)
    if verb == "blocks":
        return await agent.prompt(session_id=session, prompt=[BLOCK.validate_python(block) for block in json.loads(argument)])
    if verb == "cancel":
        editor.heard.clear()
        turn = asyncio.ensure_future(agent.prompt(session_id=session, prompt=text))
        await editor.heard.wait()
        await agent.cancel(session_id=session)
        return await turn
    if verb == "load":
        return await agent.load_session(cwd=argument, session_id=session, mcp_servers=[])
    if verb == "resume":
        return await agent.resume_session(cwd=argument, session_id=session, mcp_servers=[])
    if verb == "list":
        return await agent.list_sessions(cwd=argument)
    if verb == "close":
        return await agent.close_session(session_id=session)
    if verb == "mode":
        return await agent.set_session_mode(session_id=session, mode_id=argument)
    if verb == "option":
        option, value = json.loads(argument)
        return await agent.set_config_option(session_id=session, config_id=option, value=value)
    if verb == "login":
        return await agent.authenticate(method_id=argument)
    raise SystemExit(f"acp_editor: there is no step '{verb}'")


async def main():
    steps, command = json.loads(sys.argv[1]), sys.argv[3:]
    editor, state = Editor(), {}
    while True:
        steps = await play(steps, command, editor, state)
        if not steps:
            return


asyncio.run(main())
