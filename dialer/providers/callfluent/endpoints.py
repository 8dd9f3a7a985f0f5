"""The 33 endpoints that CallFluent documents (seed 000; Agent Services also in 001, Workspace Management in 002).

The methods are those of ``dialer.providers.callfluent.api``; make-call is ``CallFluent.place``.
"""

from __future__ import annotations

from dialer.providers.endpoint import table

ENDPOINTS = table(
    (
        ("workspaces.create", "POST", "/workspace/create", "Workspace §1"),
        ("workspaces.every", "GET", "/workspace/get-all", "Workspace §2"),
        ("workspaces.get", "GET", "/workspace/get/{id}", "Workspace §3"),
        ("workspaces.voices", "GET", "/workspace/{id}/voices", "Workspace §4"),
        ("workspaces.update", "PUT", "/workspace/update/{id}", "Workspace §5"),
        ("workspaces.invite", "POST", "/workspace/invite-user", "Workspace §6"),
        ("workspaces.remove_member", "DELETE", "/workspace/invite-delete/{id}", "Workspace §7"),
        ("workspaces.delete", "DELETE", "/workspace/delete/{id}", "Workspace §8"),
        ("workspaces.calendars", "GET", "/workspace/calendars/{id}", "Workspace §9"),
        ("agents.numbers", "GET", "/agent/number-list/{id}/{agentType}", "Agent §1"),
        ("agents.create", "POST", "/agent/create", "Agent §2"),
        ("agents.every", "GET", "/agent/get-all/{workspaceId}", "Agent §3"),
        ("agents.get", "GET", "/agent/get-one/{agentId}", "Agent §4"),
        ("agents.delete", "DELETE", "/agent/delete/{agentId}", "Agent §5"),
        ("agents.calls", "GET", "/agent/{agentId}/calls", "Agent §6"),
        ("agents.update", "PUT", "/agent/update/{id}", "Agent §7"),
        ("agents.upload", "PUT", "/agent/knowledge/{id}", "Agent §8"),
        ("agents.delete_file", "DELETE", "/agent/knowledge/{id}", "Agent §9"),
        ("agents.delete_call", "DELETE", "/agent/delete-call/{call_id}", "Agent §10"),
        ("agents.hang_up", "POST", "/agent/hangup-call", "Agent §11"),
        ("agents.set_field", "PUT", "/agent/custom-field/{id}", "Agent §12"),
        ("agents.delete_field", "DELETE", "/agent/remove-custom-fields/{agent_id}/{field_id}", "Agent §13"),
        ("agents.create_action", "POST", "/agent/create-action", "Agent §14"),
        ("agents.update_action", "POST", "/agent/update-action/{actionId}", "Agent §15"),
        ("agents.delete_action", "DELETE", "/agent/delete-action/{actionId}", "Agent §16"),
        ("agents.set_origins", "PUT", "/agent/webhook-cors-origin/{agent_id}", "Agent §17"),
        ("calls.make", "POST", "/call/make-call/{agent_id}", "Call §1"),
        ("resource.get", "GET", "/resource", "Resource §1"),
        ("users.profile", "GET", "/user/profile", "User §1"),
        ("users.update", "POST", "/user/update-detail", "User §2"),
        ("users.reset_password", "POST", "/user/reset-password", "User §3"),
        ("users.update_settings", "POST", "/user/update-setting", "User §4"),
        ("users.update_smtp", "POST", "/user/update-smtp-setting", "User §5"),
    )
)
