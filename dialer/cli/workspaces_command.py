"""``dialer workspaces``: the platform's workspaces and who may use them."""

from __future__ import annotations

from dialer.cli.asking import Verb, group

VERBS = (
    Verb("list", "workspaces.every", "List the workspaces."),
    Verb("show", "workspaces.get", "Show a workspace.", ("workspace",)),
    Verb("create", "workspaces.create", "Make a workspace.", ("name",)),
    Verb(
        "update", "workspaces.update", "Change a workspace: name, limits (maxMins, maxMembers, maxAgents), accesses.",
        ("workspace",), fields="workspaces.WorkspaceChanges",
    ),
    Verb(
        "delete", "workspaces.delete", "Delete a workspace.", ("workspace",),
        destroys="delete workspace {workspace} with all that is in it",
    ),
    Verb("voices", "workspaces.voices", "List the voices that its agents may have.", ("workspace",)),
    Verb("calendars", "workspaces.calendars", "List the GHL calendars linked to it.", ("workspace",)),
    Verb("invite", "workspaces.invite", "Invite someone by e-mail.", ("workspace", "email")),
    Verb(
        "remove-member", "workspaces.remove_member", "Take a member off their workspace.", ("member",),
        destroys="take member {member} off their workspace",
    ),
)  # fmt: skip
command = group("workspaces", "Make and change the platform's workspaces.", VERBS)
