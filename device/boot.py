"""Before `main.py`: which of the two programs on flash runs (pod/slots.py, put beside this)."""

import sys

from slots import Flash, Slots

sys.path.insert(0, "/" + Slots(Flash()).begin())
