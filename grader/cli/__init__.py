"""Commands: words in, words out, no decision."""
