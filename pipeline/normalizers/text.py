"""Text: what may be repaired in any text without knowing what it means.

`clean` takes these steps, in this order: 1. Unicode NFC; 2. invisible characters (soft hyphen, zero width, bidi
controls, BOM) removed; 3. every kind of white space → one space, ends trimmed; 4. a hyphen at a line end joins the word;
5. Latin twins inside Cyrillic words → Cyrillic (and the reverse); 6. quotes “ ” „ " → « »; 7. dashes between words → –.
Letters are never respelled otherwise: see DESIGN «free text is never respelled».
"""
