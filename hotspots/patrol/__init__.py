"""Where to go tonight: recurring spots put in order for one shift. Reads releases only."""
