"""Streaks over a whole page made paper: dust under a scanner's glass, worn drums, folds of the sheet.

A rule of a table ends before the margin; a streak goes on to the edges of the page, where nothing else is.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pipeline.extractors.scan_engine import Picture
from pipeline.extractors.scan_settings import SETTINGS

_EVERY = 4  # rows of pixels that are looked at: one of so many
_MOST, _MOST_BLACK = 7, 2  # streaks on a page, and those as dark as print
_DARKEST = 3  # percent of a streak that may be lighter: specks, and where print is missing


def without_streaks(grey: Picture) -> Picture:
    """The page (grey, paper white) without streaks along and across it; print under them stays where it can
    be told from them.
    """
    return np.ascontiguousarray(_without(_without(grey).T).T)


def _without(grey: Picture) -> Picture:
    """Without those that run from the top to the bottom."""
    height, width = grey.shape
    margin = round(SETTINGS.streak_margin * height)
    if margin < _EVERY or width < 4 * _EVERY:
        return grey
    dark = np.asarray(255 - grey[::_EVERY], dtype=np.uint8)
    edges = dark[[*range(margin // _EVERY), *range(-(margin // _EVERY), 0)]]
    # nearly all of the columns are paper somewhere in the margins: only the others are looked at
    may_be = np.flatnonzero(np.percentile(edges, 10, axis=0) > 255 * SETTINGS.streak)
    if not len(may_be):
        return grey
    rank = len(dark) * _DARKEST // 100
    least = np.partition(dark[:, may_be], rank, axis=0)[rank]
    found = may_be[least > 255 * SETTINGS.streak]
    if not len(found):
        return grey
    runs = [run for run in np.split(found, np.flatnonzero(np.diff(found) > 2) + 1) if _is_thin(run)]
    wide = 2 * round(SETTINGS.streak_beside * SETTINGS.work_dpi / 72)
    others = np.ones(width, dtype=bool)
    for run in runs:
        others[max(run[0] - wide, 0) : run[-1] + wide] = False
    black = sum(
        float(np.median(edges[:, run].max(axis=1))) > 255 * (1 - SETTINGS.streak_black) for run in runs
    )
    if (
        not runs
        or black > _MOST_BLACK
        or len(runs) > _MOST
        or float((edges[:, others] > 255 * (1 - SETTINGS.ink)).mean()) > SETTINGS.streak_print
    ):
        return grey  # rules of a table that is cut at the edges of the picture
    made = grey.copy()
    for run in runs:
        _cleaned(made, int(run[0]), int(run[-1]), np.median(255 - edges.astype(np.float32), axis=0))
    return made


def _is_thin(run: NDArray[np.int64]) -> bool:
    return bool(run[-1] - run[0] < SETTINGS.streak_wide * SETTINGS.work_dpi / 72)


def _cleaned(grey: Picture, first: int, last: int, lightness: NDArray[np.float32]) -> None:
    """A streak from column `first` to `last` made paper, with the blur beside it; `lightness`: of the columns
    where there is no print.
    """
    beside = round(SETTINGS.streak_beside * SETTINGS.work_dpi / 72)
    left, right = max(first - beside, 0), min(last + beside, grey.shape[1] - 1)
    part = grey[:, left : right + 1].astype(np.float32)
    paper = lightness[left : right + 1]
    black = paper < 255 * SETTINGS.streak_black
    part = np.clip(part * (255 / np.maximum(paper, 1)), 0, 255)
    if black.any():
        sides = np.flatnonzero(~black)
        if not len(sides):
            part[:] = 255
        else:  # what is beside it goes on under it
            for k in np.flatnonzero(black):
                one, other = sides[sides < k], sides[sides > k]
                near = [part[:, s] for s in (*one[-1:], *other[:1])]
                part[:, k] = np.mean(near, axis=0)
    grey[:, left : right + 1] = part.astype(np.uint8)
