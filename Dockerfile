# Three images: service, simulator, loadtest. Any engine builds them: nothing here is BuildKit's alone (docs/image.md).
ARG BASE=docker.io/library/python:3.11-slim-bookworm

# uv, and what builds the project. Nothing of this stage is in an image.
FROM ${BASE} AS tools
WORKDIR /build
COPY requirements-uv.txt requirements.lock pyproject.toml README.md LICENSE ./
COPY image/install-locked image/install-project /usr/local/bin/
ENV UV_LINK_MODE=copy
RUN python3 -m venv /opt/tools \
    && /opt/tools/bin/python -m pip install --quiet --no-cache-dir --disable-pip-version-check -r requirements-uv.txt \
    && ln -s /opt/tools/bin/uv /usr/local/bin/uv \
    && echo hatchling | uv pip compile --quiet --constraints requirements.lock --output-file hatchling.txt - \
    && VIRTUAL_ENV=/opt/tools uv pip install --quiet --no-deps --no-build --require-hashes \
        --requirements hatchling.txt --constraints requirements.lock

FROM tools AS service-built
RUN install-locked service
COPY service service
RUN install-project

FROM tools AS simulator-built
RUN install-locked simulator
COPY harness harness
RUN install-project

FROM tools AS loadtest-built
RUN install-locked load
COPY harness harness
RUN install-project

# What the three have in common: Python compiled and without pip, nothing that runs as root, and a user who is not.
FROM ${BASE} AS runtime
COPY image/harden /tmp/harden
RUN /tmp/harden && rm /tmp/harden
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Ballast" \
    org.opencontainers.image.licenses="Apache-2.0" \
    org.opencontainers.image.revision="${REVISION}"
ENV PATH=/opt/ballast/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 HOME=/nonexistent
WORKDIR /opt/ballast
USER 10001:10001
STOPSIGNAL SIGTERM

FROM runtime AS service
COPY --from=service-built /opt/ballast /opt/ballast
# The file is lost with the container: tables and queues, or another path, keep the state (docs/image.md).
ENV HOST=0.0.0.0 PORT=8000 DATABASE_PATH=/tmp/ballast.sqlite3
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/health/live', timeout=2)"]
ENTRYPOINT ["python", "-m", "service"]

FROM runtime AS simulator
COPY --from=simulator-built /opt/ballast /opt/ballast
EXPOSE 8001
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8001/health/live', timeout=2)"]
ENTRYPOINT ["python", "-m", "harness.simulator", "--host", "0.0.0.0", "--port", "8001", "--one-port"]

FROM runtime AS loadtest
COPY --from=loadtest-built /opt/ballast /opt/ballast
COPY loadtests loadtests
HEALTHCHECK NONE
ENTRYPOINT ["locust", "-f", "loadtests", "--reports", "/tmp/reports"]
