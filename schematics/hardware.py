import sys
from pathlib import Path
HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "device")]
from source import roots, power, deadman, outputs, senses
for d in (power, deadman, outputs, senses):
    s = d.draw(roots.PROJECTS); (HERE/f"{s.name}.kicad_sch").write_text(s.text("2026-11-24","0.1"))
for s in (roots.pico(), roots.hat()):
    (HERE/f"{s.name}.kicad_sch").write_text(s.text("2026-11-24","0.1"))
