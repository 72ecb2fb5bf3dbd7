# Three images: service, simulator, loadtest. Any engine builds them: nothing here is BuildKit's alone (docs/image.md).
ARG BASE=docker.io/library/python:3.11-slim-bookworm

# uv, and what builds the project. Nothing of this stage is in an image.
FROM ${BASE} AS tools
WORKDIR /build
COPY requirements-uv.txt requirements.lock pyproject.toml ./
COPY image/compile image/install-locked image/install-project /usr/local/bin/
ENV UV_LINK_MODE=copy
RUN python3 -m venv /opt/tools \
    && /opt/tools/bin/python -m pip install --quiet --no-cache-dir --disable-pip-version-check \
        --require-hashes --requirement requirements-uv.txt \
    && ln -s /opt/tools/bin/uv /usr/local/bin/uv \
    && install-locked build /opt/tools

FROM tools AS service-packages
RUN python3 -m venv --without-pip /opt/ballast && install-locked service /opt/ballast && compile /opt/ballast/lib
FROM service-packages AS service-built
COPY README.md LICENSE ./
COPY service service
RUN install-project

FROM tools AS simulator-packages
RUN python3 -m venv --without-pip /opt/ballast && install-locked simulator /opt/ballast && compile /opt/ballast/lib
FROM simulator-packages AS simulator-built
COPY README.md LICENSE ./
COPY harness harness
RUN install-project

FROM tools AS loadtest-packages
RUN python3 -m venv --without-pip /opt/ballast && install-locked load /opt/ballast && compile /opt/ballast/lib
FROM loadtest-packages AS loadtest-built
COPY README.md LICENSE ./
COPY harness harness
RUN install-project

# What the three have in common: Python compiled and without pip, nothing that runs as root, and a user who is not.
FROM ${BASE} AS runtime
COPY image/compile image/harden /usr/local/bin/
RUN harden
ENV PATH=/opt/ballast/bin:$PATH PYTHONPATH=/opt/project PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 HOME=/nonexistent
WORKDIR /opt/project
USER 10001:10001
STOPSIGNAL SIGTERM

FROM runtime AS service
COPY --from=service-packages /opt/ballast /opt/ballast
COPY --from=service-built /opt/project /opt/project
# The file is gone with the container: the tables and queues of AWS, or a path on a volume, keep the state.
ENV HOST=0.0.0.0 PORT=8000 DATABASE_PATH=/tmp/ballast.sqlite3
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/health/live', timeout=2)"]
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Ballast: the service" \
    org.opencontainers.image.licenses="Apache-2.0" org.opencontainers.image.revision="${REVISION}"
ENTRYPOINT ["python", "-m", "service"]

FROM runtime AS simulator
COPY --from=simulator-packages /opt/ballast /opt/ballast
COPY --from=simulator-built /opt/project /opt/project
EXPOSE 8001
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8001/health/live', timeout=2)"]
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Ballast: the simulator of the provider" \
    org.opencontainers.image.licenses="Apache-2.0" org.opencontainers.image.revision="${REVISION}"
ENTRYPOINT ["python", "-m", "harness.simulator", "--host", "0.0.0.0", "--port", "8001", "--one-port"]

FROM runtime AS loadtest
COPY --from=loadtest-packages /opt/ballast /opt/ballast
COPY --from=loadtest-built /opt/project /opt/project
COPY loadtests loadtests
HEALTHCHECK NONE
ARG REVISION=unknown
ENV BALLAST_REVISION=${REVISION}
LABEL org.opencontainers.image.title="Ballast: the load generator" \
    org.opencontainers.image.licenses="Apache-2.0" org.opencontainers.image.revision="${REVISION}"
ENTRYPOINT ["locust", "-f", "loadtests", "--reports", "/tmp/reports"]
