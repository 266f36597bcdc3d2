"""Test objects that hold only what the database demands, so a reader never opens them."""
