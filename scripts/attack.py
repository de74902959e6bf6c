"""Two jobs of scripts/attack.sh that need wapiti's own Python.

scan ARGUMENTS...              runs wapiti
report ROLE JSON SESSIONS MIN  writes wapiti's findings and what it attacked as
                               lines that are the same from run to run; exit
                               code 1 when something was found, 2 when fewer
                               than MIN requests were attacked
"""
import collections
import glob
import json
import re
import sqlite3
import sys
import urllib.parse

# What wapiti holds against a page and we do not, each with the reason.
ACCEPTED = {
    "X-XSS-Protection is not set":
        "browsers have removed the filter this header switched on; the content security policy allows no inline script",
}

NUMBER = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def scan(arguments):
    """Runs wapiti 3.0.4, whose option -x fails on Python 3.11: it puts the flags of a pattern at its end."""
    from wapitiCore.main import wapiti
    from wapitiCore.net import crawler

    def pattern(words):
        return re.compile("(?s:" + ".*".join(map(re.escape, words.split("*"))) + r")\Z")

    crawler.wildcard_translate = pattern
    sys.argv = ["wapiti"] + arguments
    wapiti.wapiti_main()


def plain(address):
    """An address without host and without ids, which differ in every database."""
    parts = urllib.parse.urlsplit(address)
    names = sorted({name for name, _ in urllib.parse.parse_qsl(parts.query, keep_blank_values=True)})
    return NUMBER.sub("{id}", parts.path) + ("?" + "&".join(names) if names else "")


def attacked(folder):
    """What wapiti found and attacked: requests by shape, and by module how many."""
    shapes, modules, total = set(), collections.Counter(), 0
    for file in glob.glob(folder + "/*.db"):
        db = sqlite3.connect(file)
        for key, method, path in db.execute("SELECT path_id, method, path FROM paths WHERE evil = 0"):
            fields = {(kind, name) for kind, name in db.execute("SELECT type, name FROM params WHERE path_id = ?", (key,))}
            query = "&".join(sorted(name for kind, name in fields if kind == "GET"))
            body = sum(1 for kind, _ in fields if kind != "GET")
            shapes.add("%-4s %s%s%s" % (method, plain(path), "?" + query if query else "", " (%d fields)" % body if body else ""))
            total += 1
        modules.update(name for (name,) in db.execute("SELECT module_name FROM attack_log"))
    return shapes, modules, total


def report(role, file, folder, least):
    """Writes the report; the exit code says how it went."""
    with open(file, encoding="utf-8") as f:
        result = json.load(f)
    found, accepted = [], {}
    for group in ("vulnerabilities", "anomalies"):
        for category, items in result[group].items():
            for item in items:
                if item["info"] in ACCEPTED:
                    accepted[item["info"]] = ACCEPTED[item["info"]]
                else:
                    found.append("%s: %s %s: %s" % (category, item["method"], plain(item["path"]), NUMBER.sub("{id}", item["info"])))
    shapes, modules, total = attacked(folder)
    print("wapiti, signed in as %s\n\nfound: %d" % (role, len(found)))
    for line in sorted(set(found)):
        print("  " + line)
    print("\nreported and not held to be a fault: %d" % len(accepted))
    for line, reason in sorted(accepted.items()):
        print("  %s: %s" % (line, reason))
    print("\nmodules that went through a request or more in their time: %s" % ", ".join(sorted(modules)))
    print("\nwhat was attacked (ids left out):")
    for line in sorted(shapes):
        print("  " + line)
    print("%s: %d requests found, %d attacks on them, %d findings" % (role, total, sum(modules.values()), len(found)), file=sys.stderr)
    if total < int(least):
        print("%s: fewer than %s requests: the session ended or the pages are gone" % (role, least), file=sys.stderr)
        return 2
    return 1 if found else 0


if __name__ == "__main__":
    if sys.argv[1] == "scan":
        scan(sys.argv[2:])
    else:
        sys.exit(report(*sys.argv[2:]))
