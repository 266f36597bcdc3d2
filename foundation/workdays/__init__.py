"""Legal working days, make-up days included."""
