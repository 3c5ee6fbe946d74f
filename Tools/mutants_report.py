# SPDX-License-Identifier: Apache-2.0
"""Writes docs/mutants.md from the results of Tools/mutate, and Tests/Mutants/survivors.json: why which survived."""
import collections
import json

import swift_conditions

INTRO = """# Mutants

<!-- Written by `make mutants`; do not edit. Why a mutant survives: Tests/Mutants/survivors.json. -->

A mutant is the production code with one mistake in it. The simulator runs each until one of its rules is broken: that is how
we know that the rules can see. A mutant that survives is a mistake that nobody would notice, or one that makes no difference.

`Tools/mutate` writes all of them into a generated copy of `SAMCore`, of which one is chosen when the program starts. The
production sources hold none, so no release can. A mutant runs through those of {runs} seeds in which its place in the code is
reached, at most {seeds}, three quarters of them with faults, the others calm; some went on through more. "Killed by" is the rule that was broken
first ([simulation](simulation.md)): `liveness` means that something never came to an end, `total` that a decision refused what it must
take, `trap` that the process died, `hang` that it never came back.

| kind | mutants | killed | survived | not reached | no result yet |
|---|---:|---:|---:|---:|---:|
"""


def cell(text):
    return " ".join(str(text).replace("|", "\\|").split())


def group(name):
    return name.split()[1] if name.startswith("arrow ") else name.split(":")[0]


def write(root, results, ids, by_hand, left):
    """Writes the page. Returns whether all by-hand mutants were killed and all survivors are explained."""
    hand = {it["name"]: it for it in by_hand}
    found = {name: results["mutants"].get(name, {"outcome": "no result yet"}) for name in ids}
    reasons = json.loads((root / "Tests/Mutants/survivors.json").read_text())
    kinds = collections.OrderedDict([
        ("by hand", [it for it in found if it in hand]),
        ("arrows of the state tables", [it for it in found if it.startswith("arrow ")]),
        ("conditions", [it for it in found if it not in hand and not it.startswith("arrow ")
                        and not swift_conditions.is_step(it)]),
        ("steps", [it for it in found if swift_conditions.is_step(it)])])
    count = lambda names, outcome: sum(found[it]["outcome"] == outcome for it in names)
    out = [INTRO.format(**results).rstrip("\n")]
    for kind, names in kinds.items():
        out.append(f"| {kind} | {len(names)} | {count(names, 'killed')} | {count(names, 'survived')} | "
                   f"{count(names, 'unreached')} | {count(names, 'no result yet')} |")
    out += ["", "## By hand", "", "Each is a mistake that somebody made before us.", "",
            "| mutant | where it happened | killed by | seed | what was noticed |", "|---|---|---|---:|---|"]
    for name in kinds["by hand"]:
        it = found[name]
        by = it.get("by", f"**{it['outcome']}**")
        what = it.get("what") or reasons.get(name, "")
        out.append(f"| {name} | {cell(hand[name]['incident'])} | {by} | {it.get('seed', '')} | {cell(what)[:110]} |")
    mechanical = kinds["arrows of the state tables"] + kinds["conditions"] + kinds["steps"]
    out += ["", "## Mechanical", "",
            "An arrow is dropped from its state table; a condition (of `guard`, `if`, `where`) is turned round; a step is left out: "
            "a call whose answer nobody uses, or an assignment.", "",
            "| place | killed | of | by |", "|---|---:|---:|---|"]
    groups = collections.OrderedDict()
    for name in mechanical:
        groups.setdefault(group(name), []).append(name)
    for place, names in groups.items():
        by = collections.Counter(found[it]["by"] for it in names if found[it]["outcome"] == "killed")
        words = ", ".join(f"{rule} {times}" for rule, times in by.most_common())
        out.append(f"| {place} | {sum(by.values())} | {len(names)} | {words} |")
    out += ["", "## Those that survive", "", "| mutant | seeds | of them different | why |", "|---|---:|---:|---|"]
    unexplained = 0
    for name in mechanical + kinds["by hand"]:
        it = found[name]
        if it["outcome"] == "killed":
            continue
        is_new = it["outcome"] == "no result yet"
        unexplained += not is_new and name not in reasons
        why = "no result yet" if is_new else reasons.get(name, "**not explained**")
        seeds = f"{it.get('seeds', 0)} | {it.get('others', 0)}"
        out.append(f"| {name} | {seeds} | {cell(why)} |")
    odd = [it for it in left if not it[1].startswith("a pattern")]
    out += ["", "## Not generated", "",
            f"{len(left) - len(odd)} conditions are patterns (`let`, `case`), which cannot be turned round. Others:", ""]
    out += [f"- {where}: {why}" for where, why in odd] or ["- none"]
    (root / "docs/mutants.md").write_text("\n".join(out) + "\n")
    killed = count(mechanical, "killed")
    print(f"by hand: {count(kinds['by hand'], 'killed')} of {len(kinds['by hand'])} killed; "
          f"mechanical: {killed} of {len(mechanical)}, {100 * killed / max(1, len(mechanical)):.1f} %; "
          f"{unexplained} survivors are not explained")
    alive = [it for it in kinds["by hand"] if found[it]["outcome"] != "killed"]
    return not unexplained and not alive
