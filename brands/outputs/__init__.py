"""Papers and packages for people to print, stamp and keep."""
