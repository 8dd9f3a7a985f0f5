# syntax=docker/dockerfile:1
# The dialer as a container: locked dependencies, no root, nothing writable but what is mounted.

FROM python:3.13-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
RUN python -m venv /opt/dialer
ENV PATH=/opt/dialer/bin:$PATH
WORKDIR /src
COPY requirements.txt .
RUN pip install --require-hashes -r requirements.txt
COPY . .
RUN pip install --no-deps --no-build-isolation . \
 && pip uninstall --yes hatchling pip

FROM python:3.13-slim
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin dialer && install -d -o dialer -g dialer /data
COPY --from=build /opt/dialer /opt/dialer
ENV PATH=/opt/dialer/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /data
USER 10001:10001
HEALTHCHECK --interval=1m --timeout=10s --start-period=30s --start-interval=1s CMD ["dialer", "doctor", "--offline"]
ENTRYPOINT ["dialer"]
CMD ["worker"]
