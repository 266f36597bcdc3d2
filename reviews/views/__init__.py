"""Pages of the staff (rounds, assigning, ranking) and of the reviewers (desk, judging)."""
