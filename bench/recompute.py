"""Recompute a ranking from its exported result alone: python recompute.py result.json

Takes the result of one round, or the combined one of several. Standard library only, no code of
the product. Exit code 1 and a line for each entry that differs.
"""

import hashlib
import json
import sys
from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal, getcontext
from fractions import Fraction
from pathlib import Path
from statistics import mean, stdev

getcontext().prec = 50


def grouped(rows, by):  # (entry, reviewer) → value, by the one or the other
    found = defaultdict(list)
    for key, value in rows.items():
        found[key[by]].append(value)
    return found


def total(scores, weights):  # None stands for "not applicable"
    given = [(Fraction(s), w) for s, w in zip(scores, weights, strict=True) if s is not None]
    return sum(s for s, _ in given) * sum(weights) / sum(w for _, w in given) if given else None


def score(totals, recipe):  # exact: rounding comes last
    left = sorted(totals)
    if recipe["scoring"] == "trimmed" and len(left) >= recipe["trim_from"]:
        left = left[1:-1]
    while recipe["scoring"] == "median" and len(left) > 2:
        left = left[1:-1]
    return mean(left)


def half_up(value, places=2):
    return Fraction(int(value * 10**places + Fraction(1, 2)), 10**places)


def zscore(rows, recipe):  # every reviewer brought to the mean and the deviation of all
    centre, spread = mean(rows.values()), stdev(rows.values()) if len(rows) > 1 else 0
    enough = {w: t for w, t in grouped(rows, 1).items() if len(t) >= recipe["least_sheets"]}
    own = {who: (mean(t), stdev(t)) for who, t in enough.items() if len(set(t)) > 1}
    scaled = {k: spread * (t - own[k[1]][0]) / own[k[1]][1] for k, t in rows.items() if k[1] in own}
    return rows | {key: centre + moved for key, moved in scaled.items()}


def effect(rows, recipe):  # every reviewer less what they give too much, by repeated averaging
    effects, last = dict.fromkeys((who for _, who in rows), Decimal()), None
    while last is None or max(abs(effects[w] - last[w]) for w in effects) > Decimal("1e-25"):
        level = grouped({k: t - effects[k[1]] for k, t in rows.items()}, 0)
        level = {entry: mean(totals) for entry, totals in level.items()}
        over = grouped({k: t - level[k[0]] for k, t in rows.items()}, 1)
        last, effects = effects, {w: sum(t) / (len(t) + recipe["shrink"]) for w, t in over.items()}
    return {k: t - effects[k[1]] for k, t in rows.items()}


def corrected(rows, recipe, full):
    if recipe["correction"] == "none" or not rows:
        return rows
    totals = {key: Decimal(t.numerator) / t.denominator for key, t in rows.items()}
    moved = {"zscore": zscore, "effect": effect}[recipe["correction"]](totals, recipe)
    within = {key: min(max(t, Decimal()), Decimal(full)) for key, t in moved.items()}
    return {k: Fraction(t.quantize(Decimal("0.000001"), ROUND_HALF_UP)) for k, t in within.items()}


def ranked(keys):  # best first; equal keys share a rank: 1, 2, 2, 4
    ranks = {}
    for place, key in enumerate(sorted(keys.values(), reverse=True), 1):
        ranks.setdefault(key, place)
    return {entry: ranks[key] for entry, key in keys.items()}


def figures(result):  # entry → (score, score without correction, means that break ties), exact
    recipe, weights = result["recipe"], [one["weight"] for one in result["criteria"]]
    places = [[one["code"] for one in result["criteria"]].index(code) for code in recipe["ties"]]
    entries = result["entries"]
    given = {(e["entry"], s["reviewer"]): s["scores"] for e in entries for s in e["sheets"]}
    rows = {key: t for key, scores in given.items() if (t := total(scores, weights)) is not None}
    sheets, raw = grouped({key: given[key] for key in rows}, 0), grouped(rows, 0)
    found = {}
    for entry, totals in grouped(corrected(rows, recipe, sum(weights)), 0).items():
        ties = ([Fraction(s[p]) for s in sheets[entry] if s[p] is not None] for p in places)
        means = [mean(tie) if tie else -1 for tie in ties]
        found[entry] = (score(totals, recipe), score(raw[entry], recipe), *means)
    return found


def ranking(result):  # entry → (rank, score, score without correction)
    found, places = figures(result), result["recipe"]["places"]
    keys = {e: (half_up(own[0], places), *own[2:]) for e, own in found.items()}
    ranks = ranked(keys)
    return {e: (ranks[e], key[0], half_up(found[e][1], places)) for e, key in keys.items()}


def combined(result):  # project → the same, over rounds; no score for who missed a short list
    rounds, weights = (
        [figures(one["result"]) for one in result["rounds"]],
        result["recipe"]["weights"],
    )
    keys, raw = {}, {}
    for one in result["projects"]:
        own = [found.get(entry) for found, entry in zip(rounds, one["entries"], strict=True)]
        there = [(w, f) for w, f in zip(weights, own, strict=True) if f]
        score, plain = (sum(w * f[n] for w, f in there) / sum(w for w, _ in there) for n in (0, 1))
        ties = [half_up(own[n][0]) if own[n] else -1 for n in result["recipe"]["ties"]]
        keys[one["project"]] = (len(there), half_up(score), *ties)
        raw[one["project"]] = half_up(plain)
    ranks, full = ranked(keys), len(rounds)
    kept = {p: (key[1], raw[p]) if key[0] == full else (None, None) for p, key in keys.items()}
    return {project: (ranks[project], *kept[project]) for project in keys}


if __name__ == "__main__":
    content = Path(sys.argv[1]).read_bytes()
    result = json.loads(content)
    again, wrong = (combined if "rounds" in result else ranking)(result), 0
    for line in result["ranking"]:
        key = line.get("project", line.get("entry"))
        told = (line["rank"], *(line[n] and Fraction(line[n]) for n in ("score", "raw")))
        if told != (new := again.get(key, (None, None, None))):
            wrong += 1
            print(key, "stated", *map(str, told), "recomputed", *map(str, new))
    print(f"SHA-256 {hashlib.sha256(content).hexdigest()}; {len(again)} ranked, {wrong} differ.")
    sys.exit(bool(wrong))
