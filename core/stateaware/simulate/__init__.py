"""Decisions over time: jobs that run on schedules, sources that load, and one state between them.

``jobs`` and ``arrivals`` are what goes in beside a plan's own inputs, ``run.simulate`` the pure function,
``results`` what comes out; ``compare`` sets two of these side by side, ``advise`` looks for settings.
"""
