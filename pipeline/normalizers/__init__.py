"""One module a field type; `NORMALIZERS` maps the field types that profiles name to functions.

Each is a pure function `normalize(raw, context) -> Value`. It never raises on content, never loses `raw`, never changes a
digit, and logs each step as a Change.
"""
