"""An updater on a folder: its key, then messages in, one JSON a line; answers and heap out."""

import gc
import json
import sys

from pod.slots import Flash, Slots
from pod.update import Updater

folder, messages = sys.argv[1:3]
slots = Slots(Flash(folder))
slots.begin()
most = 0
gc.collect()
began = gc.mem_alloc() if hasattr(gc, "mem_alloc") else 0
with open(messages) as file:
    key = int(file.readline(), 16)
    updater = Updater(slots, key, "0.1.0", (("armv6m", "6.3"),))
    for line in file:
        answer = updater.take(json.loads(line))
        line = None
        gc.collect()
        most = max(most, gc.mem_alloc() - began if began else 0)
print(answer.get("ok"), answer.get("why"), Slots(Flash(folder)).begin(), most)
