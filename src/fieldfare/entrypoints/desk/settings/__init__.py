"""The settings: every record of a business as a form that explains its rule and previews its effect."""
