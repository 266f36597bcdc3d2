"""What must leave the database, and signs of life."""
