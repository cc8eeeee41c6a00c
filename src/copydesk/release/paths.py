"""Where things lie in an edition."""

MANIFEST = "manifest.json"
CARD = "README.md"
RECIPE = "recipe.toml"
RULES = "rules"
DATA = "data"
