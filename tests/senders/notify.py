#!/usr/bin/env python3
"""Posts notifications about payouts as the vendor's public rules have them (docs/pockyt-api.md sections 3 and 5).

It shares no code with Remit, and uses the standard library only: what it signs, Remit must believe, and what it then changes
by one byte, Remit must refuse.

Standard input: {"url": ..., "token": ..., "payouts": [{"invoiceId", "transactionNo", "amount", "currency", "accountToken"}]}.
The last payout gets changed notifications only, each of the others one valid one. Standard output: one JSON line for each
that was sent, {"name", "kind": "valid" | "changed", "invoiceId", "status", "answer"}.
"""

import hashlib
import http.client
import json
import sys
import urllib.parse

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"


def sign(fields, token, keep_empty=True):
    """Section 3: sorted by name, `name=value&` each, then the MD5 of the token; the MD5 of all that."""
    key = hashlib.md5(token.encode()).hexdigest()
    text = "".join(
        f"{name}={value}&"
        for name, value in sorted(fields.items())
        if name != "verifySign" and (keep_empty or value != "")
    )
    return hashlib.md5((text + key).encode()).hexdigest()


def notification(payout, **more):
    fields = {
        **payout,
        "paymentTime": "2026-02-15T22:59:11Z",
        "status": "success",
        "vendor": "BANK_ACCOUNT",
    }
    fields.update(more)
    return fields


def signed(fields, token, keep_empty=True):
    return {**fields, "verifySign": sign(fields, token, keep_empty)}


def as_form(fields):
    return FORM, urllib.parse.urlencode(fields).encode()


def as_form_percent(fields):
    """Spaces as %20, and lower-case digits: another encoder's habit."""
    text = urllib.parse.urlencode(fields, quote_via=urllib.parse.quote)
    parts = text.split("%")
    return FORM + ";charset=UTF-8", "%".join(
        parts[:1] + [part[:2].lower() + part[2:] for part in parts[1:]]
    ).encode()


def as_json(fields):
    return JSON, json.dumps(fields, separators=(",", ":")).encode()


def as_json_utf8(fields):
    """Characters as they are, white space between the members, and the last name first."""
    reverse = dict(sorted(fields.items(), reverse=True))
    return JSON + "; charset=utf-8", json.dumps(reverse, ensure_ascii=False, indent=2).encode()


def as_json_number(fields):
    """The amount as a bare number, signed with the digits that are written."""
    text = json.dumps(fields, separators=(",", ":"))
    return JSON, text.replace(f'"amount":"{fields["amount"]}"', f'"amount":{fields["amount"]}').encode()


def as_untyped(fields):
    return None, as_json(fields)[1]


ODD = {
    "memo": "a&b=c+d%20e %26 100%",
    "payee": "José Núñez 张伟 \U0001f600",
    "quote": 'He said "no\\yes" / </script>',
    "completedAt": "2025-02-06T13:23:39Z",
}

# name, encoding, further fields, whether empty values are signed
VALID = [
    ("form", as_form, {}, True),
    ("json", as_json, {}, True),
    ("upper-case status", as_form, {"status": "SUCCESS"}, True),
    ("unknown fields in a form", as_form, {**ODD, "a": "1", "zzz": "1"}, True),
    ("unknown fields, percent", as_form_percent, ODD, True),
    ("unknown fields in json", as_json, ODD, True),
    ("json in utf-8", as_json_utf8, {**ODD, "status": "Success"}, True),
    ("empty values, signed", as_form, {"note": "", "reference": ""}, True),
    ("empty values, not signed", as_json, {"note": "", "reference": ""}, False),
    ("a number", as_json_number, {}, True),
    ("no content type", as_untyped, ODD, True),
]


class Sender:
    def __init__(self, url):
        parts = urllib.parse.urlsplit(url)
        self.host, self.path = parts.netloc, parts.path
        self.connection = None

    def post(self, media, body):
        headers = {} if media is None else {"Content-Type": media}
        for attempt in (1, 2):
            if self.connection is None:
                self.connection = http.client.HTTPConnection(self.host, timeout=30)
            try:
                self.connection.request("POST", self.path, body, headers)
                answer = self.connection.getresponse()
                return answer.status, answer.read().decode()
            except (http.client.HTTPException, OSError):
                # A connection that had been idle may be gone.
                self.connection.close()
                self.connection = None
                if attempt == 2:
                    raise


def main():
    order = json.load(sys.stdin)
    sender, token, payouts = Sender(order["url"]), order["token"], order["payouts"]

    def report(name, kind, payout, media, body):
        status, answer = sender.post(media, body)
        line = {
            "name": name,
            "kind": kind,
            "invoiceId": payout["invoiceId"],
            "status": status,
            "answer": answer,
        }
        print(json.dumps(line))

    untouched = payouts[-1]
    for encode, more in ((as_form, {}), (as_json, ODD)):
        fields = signed(notification(untouched, **more), token)
        media, body = encode(fields)
        for place in range(len(body)):
            changed = bytearray(body)
            changed[place] ^= 1
            report(f"{encode.__name__} byte {place}", "changed", untouched, media, bytes(changed))
        # A field more, a field less, a field twice, another order of what is signed.
        for name in fields:
            less = {key: value for key, value in fields.items() if key != name}
            report(f"{encode.__name__} without {name}", "changed", untouched, *encode(less))
        report(f"{encode.__name__} with more", "changed", untouched, *encode({**fields, "x": "1"}))
    media, body = as_form(signed(notification(untouched), token))
    report("a field twice", "changed", untouched, media, body + b"&status=success")

    if len(payouts) - 1 != len(VALID):
        sys.exit(f"{len(VALID)} payouts are needed, and one more")
    for payout, (name, encode, more, keep_empty) in zip(payouts, VALID):
        fields = signed(notification(payout, **more), token, keep_empty)
        media, body = encode(fields)
        for _ in range(2):
            report(name, "valid", payout, media, body)


if __name__ == "__main__":
    main()
