"""The report page: a document that holds all it shows, and one file that shows it without a network."""
