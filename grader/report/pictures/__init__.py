"""Pictures as SVG, told in words as well."""
