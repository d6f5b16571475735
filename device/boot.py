"""Before `main.py`: which of the two programs on flash runs (pod/slots.py, put beside this)."""

import sys

from slots import Flash, Slots

folder = "/" + Slots(Flash()).begin()
sys.path.insert(0, folder)
try:
    from unpack import mount  # of that program; one that is not packed has none
except ImportError:
    pass
else:
    mount(folder)
