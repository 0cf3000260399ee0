"""What the next run would build or reuse, and why: decisions from values in force, state and a clock.

``nodes`` and ``state`` are what goes in, ``modes`` the tables of rules in which the products differ,
``decide.plan`` the pure function, ``decision`` what comes out, ``words`` its sentences.
"""
