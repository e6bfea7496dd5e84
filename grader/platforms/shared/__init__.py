"""What several platforms need: rosters, sheets, pages, files."""
