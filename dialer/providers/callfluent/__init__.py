"""CallFluent: make-call, call history, agents and numbers, as seed 000 documents them."""
