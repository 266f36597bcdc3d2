"""What each role must do, and the few figures it comes for. One module a role."""
