"""Where decisions are told: notes for the trace, events for the host, records for the store."""


class Teller:
    """Carries this step's outputs, so that no stage has to hand them on."""

    def __init__(self, report):
        self.report = report
        self.outputs = None
        self.records = []  # waiting for the dark
        self._said = {}

    def note(self, note):
        self.outputs.notes.append(note)

    def tell(self, note, event):
        """A decision: in the trace and to the host."""
        self.outputs.notes.append(note)
        self.report.event(event)

    def change(self, name, value):
        """Note a value where it differs from what was noted last."""
        if self._said.get(name, self) != value:
            self._said[name] = value
            self.outputs.notes.append({name: value})

    def keep(self, record):
        """(key, bytes) that must outlive a reboot; the newest of a key counts."""
        self.records = [r for r in self.records if r[0] != record[0]] + [record]
