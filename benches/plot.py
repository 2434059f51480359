#!/usr/bin/env python3
"""Draws what benches/growth.rs measured: `benches/plot.py growth.csv growth.svg`. Python 3 alone is enough."""

import csv
import math
import sys
from html import escape

WIDTH, HEIGHT = 1240, 640
FONT = "'DejaVu Sans', 'Segoe UI', Helvetica, Arial, sans-serif"
INK, MUTED, GRID = "#1f2933", "#5f6b7a", "#e3e7ec"
COLOURS = ["#1b5e9b", "#b3541e", "#2f7d4f", "#7a3e9d", "#a3274a", "#00757a"]
# Title of each panel by the unit of its sizes, and what the sizes are.
PANELS = {
    "bytes": ("Size of the hive", "file size"),
    "subkeys": ("Lookup in one list", "subkeys of the key"),
    "rules": ("Rules on one hive", "number of rules"),
}
TOP, BOTTOM, LEFT = 112, 74, 72
# How much of the width a panel has, its labels at the right included.
SHARES = {"bytes": 0.42, "subkeys": 0.33, "rules": 0.25}
SHORT = {
    "present in a list": "present",
    "absent from a list": "absent",
    "rules on one hive": "all",
    "open and one lookup": "open, one lookup",
    "walk with values": "walk with values",
    "Q262832 on an open hive": "Q262832, hive open",
    "Q262832 on a mapped file": "Q262832, file mapped",
}


def read(path):
    lines = {}
    with open(path, newline="") as file:
        for row in csv.DictReader(file):
            for who, field in (("", "coldhive_ns"), ("nt-hive", "nt_hive_ns")):
                if row[field]:
                    point = (float(row["size"]), max(float(row[field]), 1.0))
                    lines.setdefault((row["unit"], row["what"], who), []).append(point)
    for points in lines.values():
        points.sort()
    return lines


def time_label(exponent):
    names = {0: "1 ns", 3: "1 µs", 6: "1 ms", 9: "1 s", 12: "1000 s"}
    units = {0: "ns", 1: "µs", 2: "ms", 3: "s"}
    return names.get(exponent) or f"{10 ** (exponent % 3)} {units[exponent // 3]}"


def size_label(exponent, unit):
    number = 10**exponent
    names = ((10**9, " GB"), (10**6, " MB"), (10**3, " kB")) if unit == "bytes" else ((10**6, "M"), (10**3, "k"))
    for size, name in names:
        if number >= size:
            return f"{number // size}{name}"
    return str(number)


def spread(wanted, least, top, bottom):
    """Moves labels apart, as little as needed, and keeps them within the panel."""
    order = sorted(range(len(wanted)), key=lambda index: wanted[index])
    places = [wanted[index] for index in order]
    for _ in range(200):
        for index in range(1, len(places)):
            overlap = least - (places[index] - places[index - 1])
            if overlap > 0:
                places[index - 1] -= overlap / 2
                places[index] += overlap / 2
        places = [min(max(place, top), bottom) for place in places]
    result = [0.0] * len(wanted)
    for index, place in zip(order, places):
        result[index] = place
    return result


def text(x, y, words, size=13, colour=INK, anchor="start", weight="normal"):
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{colour}" text-anchor="{anchor}" '
        f'font-weight="{weight}">{escape(words)}</text>'
    )


def panel(lines, unit, left, right, low, high):
    """One panel between two edges; labels stand within its right part."""
    names = sorted({what for (of, what, _) in lines if of == unit}, key=lambda what: order(lines, unit, what))
    series = [(what, who, lines[unit, what, who]) for what in names for who in ("", "nt-hive") if (unit, what, who) in lines]
    sizes = [size for _, _, points in series for size, _ in points]
    first, last = math.floor(math.log10(min(sizes)) + 0.06), math.ceil(math.log10(max(sizes)) - 0.06)
    first, last = min(first, last - 1), last
    labels = 8.0 * max(len(label(what, who)) for what, who, _ in series) + 16
    top, bottom, end = TOP, HEIGHT - BOTTOM, right - labels
    across = lambda size: left + (math.log10(size) - first) / (last - first) * (end - left)
    down = lambda time: bottom - (math.log10(time) - low) / (high - low) * (bottom - top)
    title, what_sizes = PANELS.get(unit, (unit, unit))
    out = [text(left, top - 18, title, 15, weight="600")]
    for exponent in range(low, high + 1):
        y = down(10.0**exponent)
        out.append(f'<path d="M{left:.1f} {y:.1f}H{end:.1f}" stroke="{GRID}"/>')
        out.append(text(left - 8, y + 4, time_label(exponent), 12, MUTED, "end"))
    for exponent in range(first, last + 1):
        x = across(10.0**exponent)
        out.append(f'<path d="M{x:.1f} {top}V{bottom}" stroke="{GRID}"/>')
        out.append(text(x, bottom + 20, size_label(exponent, unit), 12, MUTED, "middle"))
    out.append(text((left + end) / 2, bottom + 44, what_sizes, 12, MUTED, "middle"))
    ends = spread([down(points[-1][1]) for _, _, points in series], 17, top + 4, bottom - 4)
    for (what, who, points), place in zip(series, ends):
        colour = COLOURS[names.index(what) % len(COLOURS)]
        path = "M" + "L".join(f"{across(size):.1f} {down(time):.1f}" for size, time in points)
        dashes = ' stroke-dasharray="5 4"' if who else ""
        out.append(f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="2"{dashes}/>')
        for size, time in points:
            fill = "#ffffff" if who else colour
            out.append(f'<circle cx="{across(size):.1f}" cy="{down(time):.1f}" r="3" fill="{fill}" stroke="{colour}"/>')
        x, y = across(points[-1][0]), down(points[-1][1])
        out.append(f'<path d="M{x + 5:.1f} {y:.1f}L{end + 12:.1f} {place:.1f}" stroke="{colour}" stroke-opacity="0.45"/>')
        out.append(text(end + 15, place + 4, label(what, who), 13, colour))
    return out


def label(what, who):
    name = SHORT.get(what, what)
    return f"{name} (nt-hive)" if who else name


def order(lines, unit, what):
    return -lines[unit, what, ""][-1][1]


def main():
    if len(sys.argv) != 3:
        sys.exit("usage: plot.py growth.csv growth.svg")
    lines = read(sys.argv[1])
    times = [time for points in lines.values() for _, time in points]
    low, high = math.floor(math.log10(min(times))), math.ceil(math.log10(max(times)))
    units = [unit for unit in PANELS if any(of == unit for of, _, _ in lines)]
    total, left = sum(SHARES[unit] for unit in units), 0.0
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        f'font-family="{escape(FONT)}" role="img" aria-labelledby="title">',
        '<title id="title">How coldhive\'s cost grows with hives, lists and rules, with nt-hive beside it</title>',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        text(24, 36, "How cost grows", 21, weight="600"),
        text(24, 60, "Median time in one thread, both axes logarithmic. Dashed: nt-hive, for the same work.", 13, MUTED),
    ]
    for unit in units:
        right = left + WIDTH * SHARES[unit] / total
        out += panel(lines, unit, left + LEFT, right, low, high)
        left = right
    out.append("</svg>")
    with open(sys.argv[2], "w", encoding="utf-8", newline="\n") as file:
        file.write("\n".join(out) + "\n")


if __name__ == "__main__":
    main()
