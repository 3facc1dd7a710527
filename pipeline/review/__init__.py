"""`prikaz review`: decide findings on a local page.

server.py    who may ask, and which answer belongs to which address
session.py   the findings, the decisions file, what was done (for undo), the rebuild
preview.py   what a decision would change, row by row
views.py     the list as data, a finding as HTML, in both languages
helper.py    a process without threads that builds and draws pictures
page.html, card.html, preview.html, review.css, review.js     what the browser gets, nothing from outside
"""
