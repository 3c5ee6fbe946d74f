#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Counts the results in an event stream of Swift Testing.

usage: count_tests.py EVENTS STATUS

EVENTS is what `swift test --event-stream-output-path` wrote, STATUS the runner's exit code. Prints every skipped test
with its reason, every failed one, and last 'N passed, N failed, N skipped'. Exits 0 only when nothing failed, something
passed and the runner itself was content. A test that started and never ended (the process died) counts as failed.
"""
import json
import sys


def read(path):
    """The records of the stream; a last line that a dying process left half-written is dropped."""
    try:
        with open(path, encoding="utf-8") as file:
            for line in file:
                try:
                    yield json.loads(line)
                except ValueError:
                    continue
    except OSError:
        return


def main():
    path, status = sys.argv[1], int(sys.argv[2])
    functions, started, ended, failed, skipped, stray = {}, set(), set(), set(), {}, 0
    for record in read(path):
        payload = record["payload"]
        if record["kind"] == "test":
            if payload["kind"] == "function":
                module = payload["id"].split(".")[0]
                functions[payload["id"]] = f"{module}: {payload.get('displayName') or payload['name']}"
            continue
        test = payload.get("testID")
        kind = payload["kind"]
        if kind == "testSkipped" and test in functions:
            skipped[test] = " ".join(payload.get("_comments") or []) or "no reason given"
        elif kind == "testStarted" and test in functions:
            started.add(test)
        elif kind == "testEnded" and test in functions:
            ended.add(test)
        elif kind == "issueRecorded":
            issue = payload["issue"]
            if issue.get("isKnown") or issue.get("severity") == "warning" or issue.get("isFailure") is False:
                continue
            if test in functions:
                failed.add(test)
            else:
                stray += 1

    died = started - ended - failed
    passed = ended - failed
    for test in sorted(skipped, key=functions.get):
        print(f"skipped: {functions[test]} ({skipped[test]})")
    for test in sorted(failed, key=functions.get):
        print(f"failed: {functions[test]}")
    for test in sorted(died, key=functions.get):
        print(f"failed: {functions[test]} (started and never ended: the test process died or was stopped in it)")
    if stray:
        print(f"failed: {stray} issue(s) outside of any test")
    failures = len(failed) + len(died) + stray
    if status != 0 and failures == 0:
        failures = 1
        print(f"failed: the test runner ended with {status} although no test failed; see what it printed above")
    if status == 0 and not passed and not failures:
        failures = 1
        print("failed: no test ran; check the filter")
    print(f"{len(passed)} passed, {failures} failed, {len(skipped)} skipped")
    return 1 if failures else 0


sys.exit(main())
