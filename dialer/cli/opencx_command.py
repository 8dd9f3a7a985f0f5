"""``dialer opencx``: what an account on OpenCX has; calls are asked for by campaigns alone."""

from __future__ import annotations

import click

from dialer.cli.asking import Verb, group

PHONES = (
    Verb("list", "phones.every", "List the phone agents, by pages.", ("cursor=",)),
    Verb(
        "buy", "phones.buy", "Buy a number for a new agent, which costs money.", fields="phones.Purchase",
        destroys="buy a number",
    ),
    Verb("create", "phones.create", "Make an agent the later way (from November 2024).", fields="phones.NewPhone"),
    Verb("update", "phones.update", "Change an agent; its voice must be told again.", ("phone",),
         fields="phones.PhoneChanges"),
    Verb("delete", "phones.delete", "Delete an agent and give its number back.", ("phone",),
         destroys="delete phone {phone} and give its number back"),
)  # fmt: skip
CONTACTS = (
    Verb("list", "contacts.every", "List the contacts, by pages.", ("cursor=",)),
    Verb("save", "contacts.save", "Make a contact.", fields="contacts.ContactFields"),
    Verb("update", "contacts.update", "Change a contact.", ("contact",), fields="contacts.ContactFields"),
    Verb("delete", "contacts.delete", "Delete a contact.", ("contact",), destroys="delete contact {contact}"),
)
PAST_US = "and OpenCX itself calls or writes, past this dialer's hours and do-not-call lists"
SEQUENCES = (
    Verb("show", "sequences.get", "Show a sequence.", ("sequence",)),
    Verb("create", "sequences.create", "Make a sequence.", fields="sequences.NewSequence"),
    Verb("update", "sequences.update", "Change a sequence.", ("sequence",), fields="sequences.SequenceChanges"),
    Verb("start", "sequences.start", "Start a one-off sequence: OpenCX itself calls or writes.", ("sequence",),
         destroys=f"start sequence {{sequence}}, {PAST_US}"),
    Verb("cancel", "sequences.cancel", "Cancel a sequence, or a run of one.", ("sequence",),
         destroys="cancel sequence {sequence}"),
    Verb("add", "sequences.add_contact", "Add a contact to a continuous sequence.", ("sequence",),
         fields="sequences.Somebody", destroys=f"add somebody to sequence {{sequence}}, {PAST_US}"),
)  # fmt: skip
SESSIONS = (
    Verb("list", "sessions.every", "List the sessions, by pages; a call is one.", ("cursor=",)),
    Verb("show", "sessions.get", "Show a session.", ("session",)),
    Verb("history", "sessions.history", "Show what was said in a session, by pages.", ("session", "cursor=")),
)
SERVICES = {
    "phones": ("Buy and change phone agents, each with a number.", PHONES),
    "contacts": ("Make and change contacts.", CONTACTS),
    "sequences": ("Make sequences, which OpenCX dials by itself.", SEQUENCES),
    "sessions": ("Show conversations, phone calls among them.", SESSIONS),
}
command = click.Group("opencx", help="Look after an account on OpenCX.")
for name, (about, verbs) in SERVICES.items():
    command.add_command(group(name, about, verbs, platform="opencx"))
