"""Dossiers: one relationship as a file that people can read, keep and exchange. See docs/dossiers.md.

values, reading    a file as values that know their line
report, fields     what is wrong with them, and where; typed readings of a table
sections           what a part of a dossier is, and which parts there are
relationship, issues, history    the tracker's own parts
importing, exporting, writing    the whole of it, in and out
"""
