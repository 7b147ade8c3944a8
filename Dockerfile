# The action's image: gate beside Debian's ShellCheck.
#
# With a registry at hand, everything is compiled here from images by digest:
#
#   docker build .
#
# Without one, gate is compiled outside (make build) and the base is whatever
# Debian the engine has; BuildKit then skips the stage `compile` (make image):
#
#   docker build --build-arg BINARY=prebuilt --build-arg BASE_IMAGE=debian:bookworm-slim .

ARG GO_IMAGE=golang:1.26.8-bookworm@sha256:a688600ca24f8a4d3ca77f95b0dd40704a9fc787c826660eb7ba0b641b8b175d
ARG BASE_IMAGE=debian:bookworm-slim@sha256:3783cc01769c7b2b1b83a5c5ad96c815348e28ed7da68e2e3687004faa906251
ARG BINARY=compile

FROM ${GO_IMAGE} AS compile
ENV CGO_ENABLED=0 GOTOOLCHAIN=local
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY cmd/ cmd/
COPY internal/ internal/
COPY examples/workflows/ examples/workflows/
RUN go build -trimpath -pgo=cmd/gate/released.pgo -ldflags='-s -w' -o /gate ./cmd/gate

FROM scratch AS prebuilt
COPY bin/gate /gate

FROM ${BINARY} AS binary

FROM ${BASE_IMAGE}
LABEL org.opencontainers.image.title="gate" \
      org.opencontainers.image.description="Builds, lints and scans container images, and lets one policy say whether they ship" \
      org.opencontainers.image.source="https://github.com/containergate/gate" \
      org.opencontainers.image.licenses="Apache-2.0"
# Debian removes old versions from its archive, so a pinned version would stop
# building with the next security update; the base's digest is the pin.
# hadolint ignore=DL3008
RUN apt-get update \
 && apt-get install --yes --no-install-recommends ca-certificates shellcheck \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/log/apt /var/log/dpkg.log
COPY --from=binary /gate /usr/local/bin/gate
# No USER and no WORKDIR: the runner of GitHub Actions sets both, and its
# workspace belongs to root.
HEALTHCHECK NONE
ENTRYPOINT ["/usr/local/bin/gate"]
