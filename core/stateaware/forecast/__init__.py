"""What a plan is made from, brought together: files or a manifest, artifacts, and what is stated."""
