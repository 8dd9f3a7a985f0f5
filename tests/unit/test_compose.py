"""The compose file: valid by the compose specification's own schema, and as safe as docs/deploy.md says."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import redis
import yaml

from tests.servers import RedisServer, private_folder

ROOT = Path(__file__).parents[2]
FILE = ROOT / "docker-compose.yml"
SERVICES: dict[str, dict[str, Any]] = yaml.safe_load(FILE.read_text())["services"]
each_service = pytest.mark.parametrize("service", SERVICES.values(), ids=SERVICES)


def validate(file: Path) -> subprocess.CompletedProcess[str]:
    """Hold a file against the schema, which the check-jsonschema wheel carries."""
    schema = ["--builtin-schema", "vendor.compose-spec"]
    command = [sys.executable, "-m", "check_jsonschema", *schema, str(file)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_file_is_valid() -> None:
    answer = validate(FILE)
    assert answer.returncode == 0, answer.stdout + answer.stderr


def test_the_schema_would_notice_a_wrong_key(tmp_path: Path) -> None:
    wrong = tmp_path / "docker-compose.yml"
    wrong.write_text(FILE.read_text().replace("stop_grace_period", "stop_grace"))
    assert validate(wrong).returncode == 1


def test_the_services_are_those_of_the_shared_size() -> None:
    assert set(SERVICES) == {"migrate", "worker", "redis", "db"}
    assert SERVICES["worker"]["deploy"]["replicas"] == 2
    assert SERVICES["worker"]["stop_grace_period"] == "5m"
    assert SERVICES["migrate"]["command"] == ["migrate"]
    assert SERVICES["migrate"]["restart"] == "no"


@each_service
def test_no_service_can_do_more_than_it_must(service: dict[str, Any]) -> None:
    uid = int(service["user"].split(":")[0])
    assert uid > 0
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert not {"privileged", "cap_add", "network_mode", "pid"} & set(service)
    assert set(service["logging"]["options"]) == {"max-size", "max-file"}


@each_service
def test_nothing_is_published_beyond_this_machine(service: dict[str, Any]) -> None:
    assert all(str(port).startswith("127.0.0.1:") for port in service.get("ports", []))


@each_service
def test_secrets_come_as_files(service: dict[str, Any]) -> None:
    for name, value in service.get("environment", {}).items():
        if re.search("KEY|PASSWORD|SECRET|DATABASE_URL", name):
            assert name.endswith("_FILE")
            assert value.removeprefix("/run/secrets/") in service["secrets"]


def test_the_workers_start_when_everything_is_ready() -> None:
    conditions = {name: need["condition"] for name, need in SERVICES["worker"]["depends_on"].items()}
    assert conditions == {
        "db": "service_healthy",
        "redis": "service_healthy",
        "migrate": "service_completed_successfully",
    }
    for name in ("db", "redis"):
        assert SERVICES[name]["healthcheck"]["test"][0] == "CMD"


def test_redis_takes_its_command_line_and_forgets_nothing_by_itself() -> None:
    words = shlex.split(SERVICES["redis"]["command"])
    with private_folder() as folder:
        server = RedisServer(folder, words[1:])
        server.start()
        with redis.Redis.from_url(server.url, decode_responses=True) as client:
            settings = {name: client.config_get(name)[name] for name in ("appendonly", "appendfsync", "save")}
            policy = client.config_get("maxmemory-policy")["maxmemory-policy"]
        server.kill()
    assert settings == {"appendonly": "yes", "appendfsync": "everysec", "save": ""}
    assert policy == "noeviction"


def test_the_data_outlives_the_containers() -> None:
    assert SERVICES["db"]["image"].startswith("postgres:18")
    assert SERVICES["db"]["volumes"] == ["db:/var/lib/postgresql"]
    assert SERVICES["redis"]["volumes"] == ["redis:/data"]


def test_the_image_is_built_from_locked_dependencies_and_has_no_root() -> None:
    text = (ROOT / "Dockerfile").read_text()
    assert "--require-hashes -r requirements.txt" in text
    last_stage = text[text.rindex("FROM ") :]
    assert "USER 10001:10001" in last_stage
    assert "HEALTHCHECK" in last_stage
    assert all(service["user"] == "10001:10001" for service in SERVICES.values() if "dialer" in service["image"])
