# The server behind nginx, for the CPU: SageMaker hosting (`serve`), or anywhere.
#
#   docker build -t NAME .
#   docker run -p 8080:8080 -v DIR:/opt/ml/model:ro NAME serve
#
# Builds with docker, with and without BuildKit, and with podman and buildah.

ARG BASE_IMAGE=docker.io/library/node:24-bookworm-slim

FROM ${BASE_IMAGE} AS build
# Of text models: ONNX Runtime's StringNormalizer wants this locale, which takes 3 MB; the package that makes it takes 20.
RUN apt-get update \
  && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends locales \
  && localedef --no-archive -i en_US -f UTF-8 en_US.UTF-8
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --workspaces=false --no-audit --no-fund
COPY scripts/build.js ./scripts/
COPY src ./src
RUN npm run build
COPY scripts/slim-node-modules.sh ./scripts/
RUN bash scripts/slim-node-modules.sh
COPY scripts/serve ./scripts/
COPY nginx.conf ./
# A checkout made under a strict umask would be unreadable for other users than root.
RUN chmod -R a+rX dist node_modules package.json nginx.conf && chmod 755 scripts/serve

FROM ${BASE_IMAGE}
# jemalloc gets a path without the architecture in it, for LD_PRELOAD.
RUN apt-get update \
  && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends nginx libjemalloc2 \
  && apt-get clean \
  && rm -rf /var/lib/apt/lists/* /var/cache/debconf/* /var/log/* \
  && ln -s /usr/lib/*-linux-gnu/libjemalloc.so.2 /usr/local/lib/libjemalloc.so.2
WORKDIR /app
COPY --from=build /usr/lib/locale/en_US.utf8 /usr/lib/locale/en_US.utf8
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY --from=build /app/package.json /app/nginx.conf ./
COPY --from=build /app/scripts/serve /usr/local/bin/serve

ENV NODE_ENV=production \
    LD_PRELOAD=/usr/local/lib/libjemalloc.so.2 \
    ORT_DISABLE_TELEMETRY=1 \
    SERVING_FRONT=nginx \
    SERVING_MODEL=/opt/ml/model

# Added when they become true: …multi-models, …bidirectional-streaming.
LABEL com.amazonaws.sagemaker.capabilities.accept-bind-to-port=true

# No USER: SageMaker expects root, of which nginx's workers let go; any other user works too.
# No HEALTHCHECK: SageMaker and Kubernetes ask /ping themselves.
EXPOSE 8080
# Not under an init: it would get the argument `serve`. The server is process 1 and handles SIGTERM.
ENTRYPOINT ["node", "/app/dist/main.js"]
CMD ["serve"]
