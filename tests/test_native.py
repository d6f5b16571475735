"""What is committed as machine code is what device/native says."""

import re
import shutil
import subprocess
import sys

import pytest

GCC = "arm-none-eabi-gcc"


@pytest.mark.skipif(shutil.which(GCC) is None, reason=f"{GCC} is not here")
def test_the_machine_code_is_that_of_the_source(repo_root):
    made_with = {
        re.search(r"with GCC (\S+):", path.read_text())[1]
        for path in repo_root.glob("device/pod/**/*_kernel_thumb.py")
    }
    here = subprocess.check_output([GCC, "-dumpfullversion"], text=True).strip()
    if made_with != {here}:
        pytest.skip(f"made with GCC {made_with}, here is {here}")
    tool = repo_root / "tools" / "compile_kernels.py"
    done = subprocess.run([sys.executable, tool, "--check"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
