"""OCDS 1.1: a tender release in, the evaluation's result out. Described in docs/ocds.md; stands on the core alone."""
