"""The README shows what runs."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
QUICK_START = ROOT / "examples" / "quickstart.py"


def test_the_quick_start_of_the_readme_is_the_example():
    section = (ROOT / "README.md").read_text().partition("\n## Quick start\n")[2]
    block = re.search(r"^```python\n(.*?)^```$", section, re.DOTALL | re.MULTILINE)
    assert block is not None
    assert block[1] == QUICK_START.read_text()


def test_the_quick_start_gets_its_answer_through_the_virtual_module():
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "examples.quickstart"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=40,
        check=False,
    )
    assert done.stderr == ""
    assert "HELLO" in done.stdout
    assert done.returncode == 0


def test_every_link_in_the_documents_leads_somewhere():
    documents = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]
    missing = [
        f"{document.relative_to(ROOT)}: {target}"
        for document in documents
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", document.read_text())
        if not (document.parent / target).exists()
    ]
    assert missing == []
