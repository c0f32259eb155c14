"""Dossiers: one relationship as a file that people can read, keep and exchange. See docs/dossiers.md.

values, reading    a file as values that know their line
report, fields     what is wrong with them, and where; typed readings of a table
sections           what a part of a dossier is, and which parts there are
relationship, issues, history    the tracker's own parts: these are edited or go on
sources, claims, records         and these are tables of rows, each row of one shape
rows, parts, tables, dates, endings    of which fields a shape is made
row_writing, numbers, citations        how rows come on record, each after what it rests on
importing, exporting, writing    the whole of it, in and out
"""
