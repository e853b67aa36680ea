"""Opens tables in LibreOffice, and demands that it shows what they hold: each
cell as it was written, and none of them a formula.

spreadsheet.py FILE.csv...
"""

import csv
import pathlib
import subprocess
import sys
import tempfile
import zipfile
from xml.etree import ElementTree

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def column(reference):
    """The number of a cell's column, from 0: that of BC7 is 54."""
    n = 0
    for letter in reference.rstrip("0123456789"):
        n = 26 * n + ord(letter) - ord("A") + 1
    return n - 1


def shown(book):
    """The cells that a workbook's first sheet shows, by row and column."""
    with zipfile.ZipFile(book) as z:
        shared = ElementTree.fromstring(z.read("xl/sharedStrings.xml"))
        texts = ["".join(t.text or "" for t in s.iter(MAIN + "t")) for s in shared.iter(MAIN + "si")]
        sheet = ElementTree.fromstring(z.read("xl/worksheets/sheet1.xml"))
    cells = {}
    for row in sheet.iter(MAIN + "row"):
        for cell in row.iter(MAIN + "c"):
            at = int(row.get("r")) - 1, column(cell.get("r"))
            if cell.find(MAIN + "f") is not None:
                sys.exit(f"{book}: cell {cell.get('r')} is a formula")
            value = cell.find(MAIN + "v")
            if value is None:
                continue
            text = texts[int(value.text)] if cell.get("t") == "s" else value.text
            cells[at] = text, cell.get("t")
    return cells


def same(written, cell):
    text, kind = cell
    if kind == "s":
        return written == text
    try:
        return abs(float(written) - float(text)) <= 1e-14 * abs(float(written))  # 15 digits
    except ValueError:
        return kind == "b" and written.lower() == {"1": "true", "0": "false"}.get(text)


def check(table, folder):
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", "xlsx",
         "--infilter=CSV:44,34,76,1", "--outdir", folder, table],
        check=True, stdout=subprocess.DEVNULL, timeout=300)
    cells = shown(pathlib.Path(folder, pathlib.Path(table).stem + ".xlsx"))
    rows = 0
    with open(table, encoding="utf-8-sig", newline="") as f:
        for r, row in enumerate(csv.reader(f)):
            rows += 1
            for c, written in enumerate(row):
                cell = cells.pop((r, c), ("", "s"))
                if not same(written, cell):
                    sys.exit(f"{table}: row {r + 1}, column {c + 1}: {written!r} is shown as {cell!r}")
    if cells:
        sys.exit(f"{table}: {len(cells)} cells are shown that it does not hold")
    print(f"{table}: {rows} rows are shown as they were written")


with tempfile.TemporaryDirectory() as temporary:
    for name in sys.argv[1:]:
        check(name, temporary)
