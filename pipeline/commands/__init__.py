"""One module a command of `prikaz`; `COMMANDS` says where each is, so that only the one asked for is
imported.
"""

COMMANDS = {
    "build": "build:build",
    "extract": "extract:extract",
    "normalize": "normalize:normalize",
    "reference": "reference:reference",
}
