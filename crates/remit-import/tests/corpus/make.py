"""Writes the files beside it. They are committed; this says where each comes from and makes them again.

    python3 -m venv /tmp/corpus && /tmp/corpus/bin/pip install openpyxl==3.1.5 XlsxWriter==3.3.1
    /tmp/corpus/bin/python make.py

Workbooks come from two real writers, openpyxl and XlsxWriter, or are put together part by part where no writer would do
it. Text files are written byte by byte as the programs in their names save them; each has a comment on what is odd in it.
"""

import datetime
import io
import pathlib
import zipfile

import openpyxl
import xlsxwriter

HERE = pathlib.Path(__file__).parent
HEAD = ["E-mail", "Amount", "Currency", "Invoice ID"]


def put(name, content):
    (HERE / name).write_bytes(content)


def lines(*rows, end="\r\n"):
    return "".join(row + end for row in rows)


# --- text -------------------------------------------------------------------------------------------------------------

# Excel in Spain, "CSV (delimitado por comas)": Windows-1252, semicolons although the name says commas, decimal commas.
put("excel-spanish.csv", lines(
    "Correo electrónico;Nombre;Importe;Moneda;Número de factura;Concepto",
    "ana@example.com;Ana Núñez;1.250,50;USD;F-2026-001;Diseño de enero",
    "jose@example.com;José Peña;3,75;USD;F-2026-002;Café y más",
).encode("cp1252"))

# Excel, "CSV UTF-8": with its byte order mark.
put("excel-utf8.csv", b"\xef\xbb\xbf" + lines(
    "收款人姓名,电子邮箱,金额,币种,发票号", "王小明,wang@example.com,\"1,250.00\",USD,A-1", "李雷,li@example.com,80.5,USD,A-2",
).encode())

# Excel, "Unicode Text": UTF-16 with tabs; a cell with a comma is quoted, one with a line break too.
put("excel-unicode.txt", b"\xff\xfe" + lines(
    "Email\tName\tAmount\tCurrency", "ana@example.com\t\"Núñez, Ana\"\t\"1,250.00\"\tUSD",
    "li@example.com\t\"李\n雷\"\t80.50\tUSD",
).encode("utf-16-le"))

# The same as other programs write it: big-endian and without a mark.
put("utf16be-without-mark.csv", lines("Email,Amount,Currency", "ana@example.com,5.00,USD").encode("utf-16-be"))

# Excel in China, plain "CSV": GB18030.
put("excel-chinese.csv", lines(
    "收款人姓名,电子邮箱,付款金额（美元）,币种,备注", "王小明,wang@example.com,1250.00,USD,一月份设计费",
    "欧阳娜娜,ouyang@example.com,80.50,USD,翻译费用，二月", "㐀㐁,rare@example.com,7.00,USD,生僻字",
).encode("gb18030"))

# Excel where the list separator is set by a first line, which is not a row.
put("excel-sep-line.csv", lines("sep=;", "Email;Amount;Currency", "ana@example.com;5,00;USD", "li@example.com;6,50;USD").encode())

# Excel for Mac, "CSV (Macintosh)": carriage returns alone; Mac Roman is another matter, so ASCII.
put("excel-mac.csv", lines("Email,Amount,Currency", "ana@example.com,5.00,USD", "li@example.com,6.50,USD", end="\r").encode())

# Excel after it opened a CSV with customer numbers and saved it: the numbers are gone, and an invoice 3-1 became a date.
put("excel-lost-digits.csv", lines(
    "Customer number,Amount,Currency,Invoice ID", "2.00012E+21,5.00,USD,17", "2000123456789012345678,6.00,USD,18",
).encode())

# Excel pads short rows with separators and leaves blank lines that were formatted.
put("excel-padded.csv", lines(
    "Email,Amount,Currency,,,", ",,,,,", "ana@example.com,5.00,USD,,,", "", "li@example.com,6.00,USD,,,", ",,,,,",
).encode())

# Numbers: UTF-8 without a mark, line feeds, the table's title above the header.
put("numbers.csv", lines(
    "Table 1,,,", "Email,Amount,Currency,Note", "ana@example.com,\"$1,250.00\",USD,“January” – all",
    "li@example.com,$80.50,USD,", end="\n",
).encode())

# LibreOffice with "quote all text cells": quotation marks doubled, line breaks within cells, amounts unquoted.
put("libreoffice-quoted.csv", lines(
    '"Email";"Name";"Amount";"Currency";"Description"',
    '"ana@example.com";"Ana ""Nan"" Núñez";1250,50;"USD";"first line\nsecond; line"',
    '"li@example.com";"李雷";80,5;"USD";"plain"', end="\n",
).encode())

# Google Sheets: UTF-8 without a mark, CRLF, and none after the last row.
put("google-sheets.csv", lines(
    "Payee,Amount,Currency,Invoice", 'ana@example.com,"1,250.00",USD,INV-1', "C-17,80.50,USD,INV-2",
).removesuffix("\r\n").encode())

# A database's export with bars.
put("bars.txt", lines("email|amount|currency|note", "ana@example.com|5.00|USD|a, b; c", "li@example.com|6.00|USD|\td", end="\n").encode())

# A bank's export: ="..." keeps Excel from shortening numbers.
put("bank-forced-text.csv", lines(
    "Customer number,Amount,Currency,Invoice ID", '="2000123456789012345678",5.00,USD,="00012"',
).encode())

# Cells that a spreadsheet would run (OWASP, CSV injection).
put("injection.csv", lines(
    "Email,Amount,Currency,Note", "ana@example.com,5.00,USD,\"=cmd|' /C calc'!A0\"", "li@example.com,6.00,USD,@SUM(1+1)",
    "=1+1,7.00,USD,+1", "eve@example.com,-8.00,USD,-1",
).encode())

# Amounts that could be either way, and nothing in the column tells.
put("either-way.csv", lines("Email;Amount;Currency", "ana@example.com;1.250;USD", "li@example.com;500;USD").encode())

# Two people kept this file, one on each side of the Atlantic.
put("two-locales.csv", lines(
    "Email;Amount;Currency", "ana@example.com;1.250,50;USD", "li@example.com;1,250.50;USD", "eve@example.com;2.000;USD",
).encode())

# A Chinese input method left on: full-width digits and marks.
put("full-width.csv", lines("电子邮箱,金额,币种", "ana@example.com,\"１，２５０．５０\",USD", "li@example.com,￥８０,人民币").encode())

# Signs that name the currency, with none in a column of its own.
put("signs.csv", lines(
    "Email;Amount", "ana@example.com;US$ 5.00", "li@example.com;€6.00", "eve@example.com;¥700", "bob@example.com;$8.00",
).encode())

# Invoice IDs that are the same, and nearly the same; the same payee and amount.
put("duplicates.csv", lines(
    "Email,Amount,Currency,Invoice ID", "ana@example.com,5.00,USD,INV-0012", "li@example.com,6.00,USD,INV-0012",
    "eve@example.com,7.00,USD,inv 12", "bob@example.com,8.00,USD,INV-13", "bob@example.com,8.00,USD,INV-14",
    "BOB@example.com,9.00,USD,INV-15",
).encode())

# No header at all.
put("no-header.csv", lines("Ana,ana@example.com,5.00,USD,x1", "Li,li@example.com,6.00,USD,x2").encode())

# Made for people: a title, a date, a blank line; a sum at the end.
put("report.csv", lines(
    "Payouts of January;;", "Printed on 31/01/2026;;", "", "Payee;Amount;Date", "ana@example.com;1.250,50;31/01/2026",
    "Bob Smith;80,00;03/02/2026", "Total:;1.330,50;",
).encode())

# One fault of each kind.
put("faults.csv", lines(
    "Email,Amount,Currency,Invoice ID,Description,Date", "ana@example.com,5.00,USD,1,fine,2026-01-31", ",5.01,USD,2,no payee,",
    "ana at example.com,5.02,USD,3,no address,", "bob@example.com,,USD,4,no amount,", "bob@example.com,five,USD,5,no number,",
    "bob@example.com,0,USD,6,nothing,", "bob@example.com,5.0055,USD,7,too precise,", "bob@example.com,5.03,DOGE,8,no currency,",
    "bob@example.com,5.04,USD," + "9" * 65 + ",long ID,", "bob@example.com,5.05,USD,10," + "x" * 101 + ",",
    'bob@example.com,5.06,USD,11,"a\x07bell",', "bob@example.com,5.07,USD,12,no date,soon",
    "bob@example.com,€5.08,USD,13,two currencies,", "bob@example.com,99999999999999999999,USD,14,too large,",
    "bob@example.com,5.09,USD,15,either date,03/04/2026", "bob@example.com,5.005,USD,16,thousands or not,",
).encode())

put("empty.csv", b"")
put("only-mark.csv", b"\xef\xbb\xbf")
put("blank-lines.csv", b"\r\n \r\n,,\r\n\r\n")
put("only-header.csv", b"Email,Amount\r\n")
put("binary.csv", bytes(range(256)) * 4)
put("picture.csv", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(64))
put("page.xls", b"<html><body><table><tr><td>Email</td></tr></table></body></html>")
put("print.csv", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
put("cut-in-quotes.csv", lines("Email,Amount,Note", 'ana@example.com,5.00,"cut he').removesuffix("\r\n").encode())
put("damaged-utf8.csv", b"\xef\xbb\xbfEmail,Name,Amount\r\nana@example.com,N\xfa\xf1ez,5.00\r\n")
# Half of a character at the end, as a download that broke off leaves it.
put("cut-utf16.csv", b"\xff\xfe" + lines("Email,Amount", "ana@example.com,5.00").encode("utf-16-le")[:-1])

# --- workbooks ----------------------------------------------------------------------------------------------------------


def with_openpyxl(name, fill):
    book = openpyxl.Workbook()
    book.properties.created = book.properties.modified = datetime.datetime(2026, 1, 1)
    fill(book)
    book.save(HERE / name)


def with_xlsxwriter(name, fill, **options):
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, **options})
    book.set_properties({"created": datetime.datetime(2026, 1, 1)})
    fill(book)
    book.close()
    put(name, buffer.getvalue())


def typical(book):
    sheet = book.add_worksheet("January")
    money, day = book.add_format({"num_format": "#,##0.00"}), book.add_format({"num_format": "dd/mm/yyyy"})
    sheet.write_row(0, 0, HEAD + ["Date", "Name"])
    for row, (email, amount, number) in enumerate([("ana@example.com", 1250.1, "INV-1"), ("li@example.com", 80.5, 17)], 1):
        sheet.write(row, 0, email)
        sheet.write(row, 1, amount, money)
        sheet.write(row, 2, "USD")
        sheet.write(row, 3, number)
        sheet.write_datetime(row, 4, datetime.datetime(2026, 1, 30 + row % 2), day)
    sheet.write_rich_string(1, 5, "Ana ", book.add_format({"bold": True}), "Núñez")


with_xlsxwriter("excel.xlsx", typical)
# Dates counted from 1904, as Excel for Mac did.
with_xlsxwriter("excel-1904.xlsx", typical, date_1904=True)


def formulas(book):
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, HEAD)
    sheet.write_row(1, 0, ["ana@example.com", None, "USD", "1"])
    sheet.write_formula(1, 1, "=0.1+0.2", None, 0.1 + 0.2)
    sheet.write_row(2, 0, ["li@example.com", None, "USD", "2"])
    sheet.write_formula(2, 1, "=100/3", None, 100 / 3)
    sheet.write_row(3, 0, ["eve@example.com", None, "USD", "3"])
    sheet.write_formula(3, 1, "=VLOOKUP(1,A1,1)", None, "#N/A")
    sheet.write_row(4, 0, [None, 5, "USD", "4"])
    sheet.write_formula(4, 0, '="bob"&"@example.com"', None, "bob@example.com")


with_xlsxwriter("formulas.xlsx", formulas)


def spoilt(book):
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["Customer number", "Amount", "Currency", "Invoice ID"])
    day = book.add_format({"num_format": "d-mmm"})
    sheet.write_row(1, 0, [2000123456789012345678, 5, "USD", "1"])
    sheet.write_row(2, 0, ["2000123456789012345678", 6, "USD"])
    sheet.write_datetime(2, 3, datetime.datetime(2026, 3, 1), day)
    sheet.write_row(3, 0, ["2000123456789012345679", True, "USD", "3"])
    sheet.write_row(4, 0, ["2000123456789012345670", None, "USD", "4"])
    sheet.write_datetime(4, 1, datetime.datetime(2026, 3, 1), day)


# What Excel makes of long numbers and of 3-1.
with_xlsxwriter("spoilt.xlsx", spoilt)


def unsaved(book):
    sheet = book.active
    sheet.append(HEAD)
    sheet.append(["ana@example.com", "=B3*2", "USD", "1"])
    sheet.append(["li@example.com", 5, "USD", "2"])


# A script wrote formulas; no spreadsheet has computed them yet.
with_openpyxl("formula-without-value.xlsx", unsaved)


def merged(book):
    sheet = book.active
    sheet["A1"] = "Payouts of January"
    sheet.merge_cells("A1:D1")
    for column, header in enumerate(HEAD, 1):
        sheet.cell(3, column, header)
    for row, (email, amount) in enumerate([("ana@example.com", 5), (None, 6), ("li@example.com", 7), ("eve@example.com", None)], 4):
        sheet.cell(row, 1, email)
        sheet.cell(row, 2, amount)
        sheet.cell(row, 3, "USD")
        sheet.cell(row, 4, f"M-{row}")
    sheet.merge_cells("A4:A5")
    sheet.merge_cells("B6:B7")


with_openpyxl("merged.xlsx", merged)


def sheets(book):
    book.active.title = "Cover"
    hidden = book.create_sheet("Old")
    hidden.append(HEAD)
    hidden.append(["old@example.com", 99, "USD", "OLD-1"])
    hidden.sheet_state = "hidden"
    current = book.create_sheet("一月")
    current.append(HEAD)
    current.append(["ana@example.com", 5, "USD", "N-1"])
    chart = book.create_chartsheet("Chart")
    chart.add_chart(openpyxl.chart.BarChart())


# An empty sheet, a hidden one, the one that is meant, a chart.
with_openpyxl("several-sheets.xlsx", sheets)
with_openpyxl("empty.xlsx", lambda book: None)


def far(book):
    book.active.append(HEAD)
    book.active.append(["ana@example.com", 5, "USD", "1"])
    book.active["XFD1048576"] = "far"


# A stray cell in the last corner: as a rectangle this sheet has 17 thousand million cells.
with_openpyxl("far-corner.xlsx", far)

whole = (HERE / "excel.xlsx").read_bytes()
put("cut.xlsx", whole[: len(whole) // 2])
# A zip's directory is at its end; this one has it, but lacks a piece in the middle.
put("holed.xlsx", whole[:1500] + bytes(400) + whole[1900:])
# What a password makes of a workbook, and what Excel wrote before 2007, begin the same.
put("locked.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504))


def packed(name, parts):
    with zipfile.ZipFile(HERE / name, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, content in parts.items():
            archive.writestr(zipfile.ZipInfo(part, (2026, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)


MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def by_hand(sheet, strings=None):
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{MAIN}"><sheetData>{sheet}</sheetData></worksheet>',
    }
    if strings is not None:
        parts["xl/sharedStrings.xml"] = strings
    return parts


INLINE = '<row r="1"><c r="A1" t="inlineStr"><is><t>Email</t></is></c><c r="B1" t="inlineStr"><is><t>Amount</t></is></c></row>'
# Text within the cells and no addresses, as small libraries write it; a number with its zeros.
packed("inline.xlsx", by_hand(
    INLINE.replace(' r="A1"', "").replace(' r="B1"', "")
    + '<row><c t="inlineStr"><is><t>ana@example.com</t></is></c><c><v>1250.10</v></c></row>'))
# Says it has more texts than any memory holds.
packed("lying-count.xlsx", by_hand('<row r="1"><c r="A1" t="s"><v>0</v></c></row>',
    f'<sst xmlns="{MAIN}" count="1" uniqueCount="900000000000"><si><t>Email</t></si></sst>'))
packed("rows-out-of-order.xlsx", by_hand('<row r="2"><c r="A2"><v>1</v></c></row><row r="1"><c r="A1"><v>2</v></c></row>'))
packed("no-such-text.xlsx", by_hand('<row r="1"><c r="A1" t="s"><v>7</v></c></row>', f'<sst xmlns="{MAIN}"/>'))
packed("not-a-number.xlsx", by_hand(INLINE
    + '<row r="2"><c r="A2" t="inlineStr"><is><t>ana@example.com</t></is></c><c r="B2"><v>1E999</v></c></row>'))
packed("photos.zip", {"a.txt": "a"})
packed("libreoffice.ods", {"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<a/>"})
packed("apple.numbers", {"Index/Document.iwa": "x", "Metadata/Properties.plist": "x"})
packed("excel.xlsb", {"[Content_Types].xml": "<Types/>", "_rels/.rels": "<a/>", "xl/workbook.bin": "x"})
