# SPDX-License-Identifier: Apache-2.0
"""Finds the conditions, the steps and the state tables in Swift source text, as far as Tools/mutate needs them.

It is no parser of Swift: it knows strings, comments, brackets and the keywords `guard`, `if` and `where`. What it does not
understand it says, so that nothing is left out in silence.
"""
import re

OPEN, CLOSE = "([{", ")]}"
DECLARATION = re.compile(r"\b(?:func\s+(\w+)|(init)\s*[(<]|(subscript)\s*\(|var\s+(\w+)\s*:[^={\n]*\{)")
KEYWORD = re.compile(r"(?<![\w.#`])(guard|if|where)(?=\s)")
PATTERN = re.compile(r"(let|var|case)\b")


def code(text):
    """The text with all that is in strings and comments blanked out, at the same places."""
    out, place = list(text), 0
    while place < len(text):
        for start, end in (("//", "\n"), ("/*", "*/"), ('"""', '"""'), ('"', '"')):
            if not text.startswith(start, place):
                continue
            last = place + len(start)
            while last < len(text) and not text.startswith(end, last):
                if start[0] == '"' and text.startswith("\\(", last):
                    last = closing(text, last + 1)
                elif start[0] == '"' and text[last] == "\\":
                    last += 1
                last += 1
            stop = last if end == "\n" else last + len(end)
            for index in range(place, min(stop, len(text))):
                out[index] = "\n" if text[index] == "\n" else "_" if start[0] == '"' else " "
            place = stop
            break
        else:
            place += 1
    return "".join(out)


def closing(text, place):
    """Where the bracket closes that opens at a place."""
    depth = 0
    for index in range(place, len(text)):
        depth += (text[index] in OPEN) - (text[index] in CLOSE)
        if depth == 0:
            return index
    return len(text)


class Condition:
    """One boolean condition: where it stands, and what it is called."""

    def __init__(self, start, end, name):
        self.start, self.end, self.name = start, end, name


def conjuncts(clean, place, ends):
    """The parts of a condition list from a place on, and where it ends; None when it is not understood."""
    parts, start, depth, index = [], place, 0, place
    while index < len(clean):
        if depth == 0:
            if any(re.match(end, clean[index:index + 8]) for end in ends) and clean[start:index].strip():
                parts.append((start, index))
                return parts, index
            if clean[index] == ",":
                parts.append((start, index))
                start = index + 1
        depth += (clean[index] in OPEN) - (clean[index] in CLOSE)
        if depth < 0:
            return None
        index += 1
    return None


def conditions(text, file):
    """All boolean conditions of a file, and what could not be made one of: (place, why)."""
    clean, found, left, counts = code(text), [], [], {}
    names = [(match.start(), next(filter(None, match.groups()))) for match in DECLARATION.finditer(clean)]
    for match in KEYWORD.finditer(clean):
        word = match.group(1)
        line = clean.rfind("\n", 0, match.start()) + 1
        start = clean[line:match.start()].strip()
        ends = {"guard": [r"(?<!\w)else\b"], "if": [r"\{"], "where": [r"\{"]}[word]
        if word == "where":
            if start.startswith("case"):
                ends = [r":(?!:)"]
            elif not start.startswith("for"):
                continue
        where = f"{file}:{text.count(chr(10), 0, match.start()) + 1}"
        listed = conjuncts(clean, match.end(), ends)
        if listed is None:
            left.append((where, f"`{word}` is not understood"))
            continue
        # After `where`, a comma begins the next pattern.
        parts = listed[0][:1] if word == "where" else listed[0]
        function = next((name for place, name in reversed(names) if place < match.start()), "-")
        for first, last in parts:
            body = clean[first:last]
            first += len(body) - len(body.lstrip())
            last -= len(body) - len(body.rstrip())
            if PATTERN.match(clean, first) or clean[first] == "#":
                left.append((where, f"a pattern: {' '.join(text[first:last].split())[:60]}"))
                continue
            key = f"{file}:{function}"
            counts[key] = counts.get(key, 0) + 1
            found.append(Condition(first, last, f"{key}:{counts[key]}"))
    return found, left


CALL = re.compile(r"(?:_ = )?(?:try )?(?:[\w?]+\.)*\w+\(")
ASSIGNMENT = re.compile(r"(?:self\.)?\w+(?:\?|\[[^\]=]*\])?(?:\.\w+)* [-+]?= [^=]")
# What begins a line and looks like a call, and is none.
WORDS = re.compile(r"(?:if|guard|for|while|switch|return|throw|case|default|let|var|func|init|else|do|catch|defer|break|"
                   r"static|private|public|mutating|struct|enum|extension|precondition|super|self\.init)\b")


def is_step(name):
    """Whether a mutant's name is that of a step."""
    return ":without " in name


def steps(text, file):
    """The statements that do something and could be left out: calls whose answer nobody uses, and assignments."""
    clean, found, counts = code(text), [], {}
    names = [(match.start(), next(filter(None, match.groups())), match) for match in DECLARATION.finditer(clean)]
    # What has no value before it is assigned one cannot do without.
    empty = re.findall(r"(?m)\b(?:let|var) (\w+): [^={\n]+$", clean)
    for line in re.finditer(r"(?m)^ +(?:(?:case\b[^\n{]*?|default)(?<![:?]): )?(?=\S)", clean):
        start = line.end()
        function = next((it for it in reversed(names) if it[0] < start), None)
        before = clean[:line.start()].rstrip()
        if function is None or function[1] == "init" or WORDS.match(clean, start) or before[-1:] in ("", *",([=&|?+-<.") \
                or before.endswith(" in"):
            continue
        call = CALL.match(clean, start)
        if call:
            end = closing(clean, call.end() - 1) + 1
        elif ASSIGNMENT.match(clean, start) and re.match(r"\w+", clean[start:]).group() not in empty:
            end = clean.find("\n", start)
        else:
            continue
        # All of the line, and no part of a longer expression.
        rest = clean[end:clean.find("\n", end)]
        following = clean[end:].lstrip()[:2]
        if rest.strip() or following[:1] in "." or following[:1] in "?&|+-<>=*" or clean[start:end].count("{") != \
                clean[start:end].count("}") or clean[start:end].rstrip()[-1] in "=,([{":
            continue
        # What a function answers is no step.
        body = clean.find("{", function[2].end() - 1)
        head = clean[function[0]:body]
        if "->" in head or head.startswith("var"):
            if line.group().strip() or not clean[end:closing(clean, body)].strip() or "return" not in clean[body:closing(clean, body)]:
                continue
        key = f"{file}:{function[1]}"
        counts[key] = counts.get(key, 0) + 1
        found.append(Condition(start, end, f"{key}:without {counts[key]}"))
    return found


TABLE = re.compile(r"StateTable<(\w+),\s*\w+>\(\[")
TYPE = re.compile(r"\b(?:struct|enum|extension)\s+([\w.]+)")


def arrows(text):
    """The arrows of all state tables of a file: (type of the states, from, trigger)."""
    clean, found = code(text), []
    for match in TABLE.finditer(clean):
        owner = [name.group(1) for name in TYPE.finditer(clean, 0, match.start()) if encloses(clean, name, match.start())]
        states = f"{owner[-1]}.State" if match.group(1) == "State" else match.group(1)
        body = clean[match.end():closing(clean, match.end() - 1)]
        for row in re.finditer(r"\.(\w+):\s*\[([^\]]*)\]", body):
            found += [(states, row.group(1), trigger) for trigger in re.findall(r"\.(\w+):\s*\.\w+", row.group(2))]
    return found


def encloses(clean, declaration, place):
    """Whether the body of a type's declaration holds a place."""
    start = clean.find("{", declaration.end())
    return start < place < closing(clean, start)
