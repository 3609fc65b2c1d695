# Pages and REST API from one process on port 8000:
#   docker build -t product-search-explorer .
#   docker run --read-only -p 127.0.0.1:8000:8000 -v "$PWD/artifacts:/artifacts:ro" product-search-explorer
# deploy/debian-root.sh executes this file, as it stands, in an empty Debian root where there is no Docker engine.

# Debian's own Python, so that each step is one that an empty Debian can run, and security fixes come with Debian's.
ARG BASE=debian:bookworm-slim

FROM ${BASE} AS build
RUN apt-get update \
    && apt-get install -y --no-install-recommends python3 python3-venv \
    && rm -rf /var/lib/apt/lists/*
RUN python3 -m venv /opt/venv
COPY requirements-serve.txt /build/requirements-serve.txt
RUN /opt/venv/bin/pip install --no-cache-dir --disable-pip-version-check -r /build/requirements-serve.txt
# What no server opens: the tests of the packages, headers, extensions of Jupyter, the services of AWS that reading from S3
# does not need, and pip itself.
RUN /opt/venv/bin/pip uninstall -y --quiet setuptools pip \
    && find /opt/venv -type d -name tests -prune -exec rm -rf {} + \
    && find /opt/venv/lib/python3.11/site-packages/botocore/data -mindepth 1 -maxdepth 1 -type d \
        ! -name s3 ! -name sts ! -name 'sso*' ! -name signin -exec rm -rf {} + \
    && rm -rf /opt/venv/share/jupyter /opt/venv/lib/python3.11/site-packages/pyarrow/include

FROM ${BASE}
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Product Search Explorer" \
      org.opencontainers.image.description="Dashboard and REST API over published versions of a two-tower product search model" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.base.name="docker.io/library/debian:bookworm-slim"
# LightGBM needs the OpenMP runtime of the system.
RUN apt-get update \
    && apt-get install -y --no-install-recommends python3 libgomp1 \
    && rm -rf /var/lib/apt/lists/*
# A bind mount of ECS takes over owner and mode from the image, so the cache is made here.
RUN install -d -m 0755 /artifacts && install -d -o 10001 -g 10001 -m 0700 /cache
COPY --from=build /opt/venv /opt/venv
WORKDIR /app
COPY .streamlit/config.toml .streamlit/config.toml
COPY pipeline pipeline
COPY dashboard dashboard
RUN python3 -m compileall -q pipeline dashboard
# Whatever wants a home finds one that can be written; nothing else can, on a read-only root.
# Streamlit calls the refusal of other origins "CORS": both protections are on, whatever a mounted config.toml says.
ENV PATH=/opt/venv/bin:/usr/local/bin:/usr/bin:/bin \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    HOME=/tmp \
    XDG_CACHE_HOME=/tmp/.cache \
    MPLCONFIGDIR=/tmp/.matplotlib \
    PSE_ARTIFACTS=/artifacts \
    PSE_CACHE=/cache \
    OMP_NUM_THREADS=1 \
    STREAMLIT_SERVER_PORT=8000 \
    STREAMLIT_SERVER_ENABLE_CORS=true \
    STREAMLIT_SERVER_ENABLE_XSRF_PROTECTION=true \
    STREAMLIT_BROWSER_GATHER_USAGE_STATS=false
USER 10001:10001
EXPOSE 8000
VOLUME ["/tmp", "/cache"]
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
# uvicorn rather than `streamlit run`: it takes a limit for saying goodbye, never another port, and no --workers, since
# the sessions of the pages live in one process: more processes are more containers, behind sticky routing.
# A connection is kept longer than a load balancer keeps it idle (300 s), which would else send a request into its end.
# All interfaces of the container; what reaches it from outside is for -p, a Service or a security group to say.
CMD ["uvicorn", "dashboard.app:app", "--host", "0.0.0.0", "--port", "8000", "--ws", "websockets-sansio", \
     "--no-access-log", "--no-server-header", "--timeout-keep-alive", "310", "--timeout-graceful-shutdown", "20"]
