"""How Tesseract misreads Russian orders: renders lines, reads them again, counts the aligned differences.

    python -m benchmarks.estimate_confusions [--lines 400] [--seed 1] [--out counts.csv]

Lines are made of the words of the lexicons and of invented names; each is drawn with Pillow in a serif or
sans face at
150–300 dpi, blurred, noised and rotated a little, and read by `tesseract -l rus --psm 6`, forty lines a page.
The
output has the columns truth, seen, count, total (`total`: how often the truth stands in the lines) and is
what the rows of
`pipeline/data/lexicons/confusions.csv` with the source «estimate_confusions» were made of.
"""

# ruff: noqa: SIM905 - lists of words read better as one string
from __future__ import annotations

import argparse
import csv
import random
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter, ImageFont
from rapidfuzz.distance import Levenshtein

FACES = ("LiberationSerif-Regular", "LiberationSans-Regular", "DejaVuSerif", "LiberationSerif-Bold")
SYLLABLES = (
    "бо бе ва во го гри да де до жу за ки ко кра ла ле ло лу ма ме мо ни но ну ол ор па пе пло по ра ре ро "
    "ру са "
    "си со ста сы та те ти тру у фе хо ца че ша ши що юр я"
).split()
ENDINGS = "нская ская вская инская овская ечская ищенская ицкая овецкая ьинская ная евая".split()
LEGAL = "МБОУ МКОУ МАОУ МОУ МБДОУ ГБОУ ОГБОУ СОГБОУ ОГБПОУ".split()
TYPES = "СОШ ООШ НОШ СШ ОШ НШ школа гимназия лицей".split()
TOWNS = "Вязьмы Демидова Ельни Рудни Белёва Кашина Шуи Юхнова Щигров Ефремова Цимлянска".split()


def line(rng: random.Random) -> str:
    name = ("".join(rng.choices(SYLLABLES, k=rng.randint(1, 3))) + rng.choice(ENDINGS)).capitalize()
    kind = rng.random()
    if kind < 0.5:
        return f"{rng.choice(LEGAL)} {name} {rng.choice(TYPES)}"
    number = rng.randint(1, 99)
    if kind < 0.75:
        return f"{rng.choice(LEGAL)} {rng.choice(TYPES)} № {number} г. {rng.choice(TOWNS)}"
    place = f"{rng.choice(('с.', 'д.', 'пгт'))} {name[:5]}ово"
    return f"{rng.choice(LEGAL)} «{name} {rng.choice(TYPES)} № {number}» {place}"


def face(name: str, size: int) -> ImageFont.FreeTypeFont:
    found = subprocess.run(
        ["fc-list", "-f", "%{file}\n"], capture_output=True, text=True, check=True
    ).stdout.split()
    path = next(f for f in found if Path(f).stem == name)
    return ImageFont.truetype(path, size)


def picture(lines: list[str], rng: random.Random, dpi: int | None = None) -> Image.Image:
    """The lines as a page of 8-bit grey, worn as a copy of a copy is."""
    dpi = dpi or rng.choice((150, 150, 200, 300))
    size = round(rng.choice((11, 12, 14)) * dpi / 72)
    step = round(size * 1.5)
    page = Image.new("L", (size * 42, step * len(lines) + 2 * step), 255)
    draw = ImageDraw.Draw(page)
    font = face(rng.choice(FACES), size)
    for i, text in enumerate(lines):
        draw.text((size, step * (i + 1)), text, font=font, fill=rng.randint(0, 70))
    page = page.rotate(rng.uniform(-0.7, 0.7), fillcolor=255, resample=Image.Resampling.BICUBIC)
    page = page.filter(ImageFilter.GaussianBlur(rng.uniform(0.3, dpi / 150)))
    noise = Image.effect_noise(page.size, rng.uniform(10, 60))
    return Image.blend(page, noise, rng.uniform(0.05, 0.25))


def read(page: Image.Image) -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "page.png"
        page.save(path)
        done = subprocess.run(
            ["tesseract", str(path), "-", "-l", "rus", "--psm", "6"], capture_output=True, text=True,
            check=True,
            env={"OMP_THREAD_LIMIT": "1", "PATH": "/usr/bin:/bin"},
        )  # fmt: skip
    return [text for text in done.stdout.splitlines() if text.strip()]


def differences(truth: str, seen: str) -> list[tuple[str, str]]:
    """The replaced pieces of an alignment, neighbouring edits taken together; none when the line is another
    one.
    """
    if Levenshtein.distance(truth, seen) > len(truth) // 3:
        return []
    found: list[tuple[str, str]] = []
    for block in Levenshtein.opcodes(truth, seen):
        if block.tag == "equal":
            continue
        found.append((truth[block.src_start : block.src_end], seen[block.dest_start : block.dest_end]))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=argparse.FileType("w", encoding="utf-8"), default=sys.stdout)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    counts: Counter[tuple[str, str]] = Counter()
    text = ""
    for _ in range(max(1, options.lines // 40)):
        lines = [line(rng) for _ in range(40)]
        seen = read(picture(lines, rng))
        for truth in lines:
            best = min(seen, key=lambda s, t=truth: Levenshtein.distance(t, s), default="")  # type: ignore[misc]  # mypy infers no type of the bound default
            counts.update(differences(truth, best))
        text += "\n".join(lines)
    writer = csv.writer(options.out, lineterminator="\n")
    writer.writerow(("truth", "seen", "count", "total"))
    for (truth, wrong), count in counts.most_common():
        writer.writerow((truth, wrong, count, text.count(truth) if truth else len(text)))


if __name__ == "__main__":
    main()
