FROM python:3.13-slim AS build
WORKDIR /src
COPY requirements/run.txt requirements/run.txt
RUN python -m venv /opt/triage && /opt/triage/bin/pip install --no-cache-dir --require-hashes -r requirements/run.txt
COPY . .
RUN /opt/triage/bin/pip install --no-cache-dir --no-deps .

FROM python:3.13-slim
RUN useradd --system --create-home --home-dir /var/lib/triage triage
COPY --from=build /opt/triage /opt/triage
USER triage
WORKDIR /var/lib/triage
VOLUME /var/lib/triage
ENV PATH=/opt/triage/bin:$PATH PYTHONUNBUFFERED=1 TRIAGE_CONFIG=/var/lib/triage/config.toml
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=60s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8025/healthz', timeout=4)"]
CMD ["triage", "run"]
