# SPDX-License-Identifier: Apache-2.0
"""Reads an agent's recorded updates with the Python SDK (PyPI agent-client-protocol).

acp_replay.py FILE COUNT prints how many updates a client got, and the seconds of CPU time that this process needed.
"""

import asyncio
import sys
import time

from acp import connect_to_agent


class Counting:
    def __init__(self, expected):
        self.count, self.expected, self.done = 0, expected, asyncio.Event()

    async def session_update(self, session_id, update, **_):
        self.count += 1
        if self.count == self.expected:
            self.done.set()


async def main(path, expected):
    # After the file it repeats what the client writes, which is nothing.
    cat = await asyncio.create_subprocess_exec(
        "cat", path, "-", stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, limit=1 << 24
    )
    client = Counting(expected)
    start = time.process_time()
    connection = connect_to_agent(client, cat.stdin, cat.stdout)
    await asyncio.wait_for(client.done.wait(), 600)
    print(client.count, time.process_time() - start)
    await connection.close()
    cat.kill()
    await cat.wait()


asyncio.run(main(sys.argv[1], int(sys.argv[2])))
