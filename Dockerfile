# syntax=docker/dockerfile:1
# One image for every process: hub, sites, oversight. Packages come from the lock files, each checked by its SHA-256.

FROM node:22-slim AS pages
WORKDIR /src
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts

FROM python:3.13-slim AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /src
COPY requirements requirements
RUN python -m venv /tools && /tools/bin/pip install --require-hashes --requirement requirements/dev.txt \
 && python -m venv /app && /app/bin/pip install --require-hashes --requirement requirements/run.txt
COPY pyproject.toml README.md LICENSE ./
COPY evalhub evalhub
COPY host_site host_site
COPY guest_site guest_site
COPY tools/web.py tools/web.py
COPY --from=pages /src/node_modules node_modules
RUN python tools/web.py --no-npm \
 && /tools/bin/hatchling build --target wheel --directory /wheel \
 && /app/bin/pip install --no-deps --no-index /wheel/*.whl

FROM python:3.13-slim
# Fonts of the report's PDF. Every party typesets the report itself, so all use the same release of them.
RUN apt-get update && apt-get install --yes --no-install-recommends fontconfig fonts-noto-cjk && rm -rf /var/lib/apt/lists/*
# A fixed number, so that the owner of the volume's files is the same in every image. Key files are for their owner only.
RUN useradd --uid 10001 --create-home evalhub && install --directory --owner evalhub --mode 0700 /data
COPY --from=build /app /app
COPY examples /app/examples
COPY deploy/healthy.py /app/healthy.py
ENV PATH=/app/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
USER evalhub
WORKDIR /data
CMD ["evalhub", "--help"]
