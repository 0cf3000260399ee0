"""Results of earlier checks, given again while nothing that they depend on has changed.

What a check opened, listed, looked for and read from the environment is remembered with what it
printed. The way from the command line to a stored result imports almost nothing, so none of these
modules may import much: ``recall`` and what it needs use ``os``, ``sys`` and built-in modules alone.
"""
