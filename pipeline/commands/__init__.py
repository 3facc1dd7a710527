"""One module a command of `prikaz`; `COMMANDS` says where each is, so that only the one asked for is
imported.
"""

COMMANDS = {
    "build": "build:build",
    "explain": "explain:explain",
    "extract": "extract:extract",
    "load": "load:load",
    "normalize": "normalize:normalize",
    "decide": "decide:decide",
    "review": "review:review",
    "diff": "diff:diff",
    "reference": "reference:reference",
}
