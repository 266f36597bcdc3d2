"""Recompute a ranking from its exported result alone: python recompute.py result.json

Standard library only, no code of the product. Exit code 1 and a line for each entry that differs.
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


def score(totals, recipe):
    left = sorted(totals)
    if recipe["scoring"] == "trimmed" and len(left) >= recipe["trim_from"]:
        left = left[1:-1]
    while recipe["scoring"] == "median" and len(left) > 2:
        left = left[1:-1]
    return Fraction(
        int(mean(left) * 10 ** recipe["places"] + Fraction(1, 2)), 10 ** recipe["places"]
    )


def zscore(rows, recipe):  # every reviewer brought to the mean and the deviation of all
    centre, spread = mean(rows.values()), stdev(rows.values()) if len(rows) > 1 else 0
    enough = {w: t for w, t in grouped(rows, 1).items() if len(t) >= recipe["least_sheets"]}
    own = {who: (mean(t), stdev(t)) for who, t in enough.items() if len(set(t)) > 1}
    return {
        k: centre + spread * (t - own[k[1]][0]) / own[k[1]][1] if k[1] in own else t
        for k, t in rows.items()
    }


def effect(rows, recipe):  # every reviewer less what they give too much, by repeated averaging
    effects, last = dict.fromkeys((who for _, who in rows), Decimal()), None
    while last is None or max(abs(effects[w] - last[w]) for w in effects) > Decimal("1e-25"):
        levels = {
            e: mean(t)
            for e, t in grouped({k: t - effects[k[1]] for k, t in rows.items()}, 0).items()
        }
        over = grouped({k: t - levels[k[0]] for k, t in rows.items()}, 1)
        last, effects = effects, {w: sum(t) / (len(t) + recipe["shrink"]) for w, t in over.items()}
    return {k: t - effects[k[1]] for k, t in rows.items()}


def corrected(rows, recipe, full):
    if recipe["correction"] == "none" or not rows:
        return rows
    totals = {key: Decimal(t.numerator) / t.denominator for key, t in rows.items()}
    moved = {"zscore": zscore, "effect": effect}[recipe["correction"]](totals, recipe)
    within = {key: min(max(t, Decimal()), Decimal(full)) for key, t in moved.items()}
    return {k: Fraction(t.quantize(Decimal("0.000001"), ROUND_HALF_UP)) for k, t in within.items()}


def ranking(result):  # entry → (rank, score, score without correction)
    recipe, weights = result["recipe"], [one["weight"] for one in result["criteria"]]
    places = [[one["code"] for one in result["criteria"]].index(code) for code in recipe["ties"]]
    given = {
        (e["entry"], s["reviewer"]): s["scores"] for e in result["entries"] for s in e["sheets"]
    }
    rows = {key: t for key, scores in given.items() if (t := total(scores, weights)) is not None}
    sheets, raw = grouped({key: given[key] for key in rows}, 0), grouped(rows, 0)
    keys = {}
    for entry, totals in grouped(corrected(rows, recipe, sum(weights)), 0).items():
        ties = ([Fraction(s[p]) for s in sheets[entry] if s[p] is not None] for p in places)
        keys[entry] = (score(totals, recipe), *(mean(tie) if tie else -1 for tie in ties))
    ranks = {}
    for place, key in enumerate(sorted(keys.values(), reverse=True), 1):
        ranks.setdefault(key, place)
    return {e: (ranks[key], key[0], score(raw[e], recipe)) for e, key in keys.items()}


if __name__ == "__main__":
    content = Path(sys.argv[1]).read_bytes()
    result = json.loads(content)
    again, wrong = ranking(result), 0
    for line in result["ranking"]:
        told = (line["rank"], *(line[n] and Fraction(line[n]) for n in ("score", "raw")))
        if told != (new := again.get(line["entry"], (None, None, None))):
            wrong += 1
            print(line["entry"], "stated", *map(str, told), "recomputed", *map(str, new))
    print(f"SHA-256 {hashlib.sha256(content).hexdigest()}; {len(again)} ranked, {wrong} differ.")
    sys.exit(bool(wrong))
