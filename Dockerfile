# syntax=docker/dockerfile:1
# One static binary and nothing else: no shell, no libraries, no root.
#
#   docker build --build-arg VERSION=1.0.0 -t orderly .
#   docker run -d --name orderly -p 127.0.0.1:8080:8080 -v orderly:/var/lib/orderly --stop-timeout 30 orderly
#   docker logs orderly          # the first start shows an admin key, once
#
# On PostgreSQL it needs no volume: -e ORDERLY_DATABASE_URL=postgres://… or, so
# that the password shows nowhere, ORDERLY_DATABASE_URL_FILE.

FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY cmd cmd
COPY internal internal
ARG VERSION=
RUN CGO_ENABLED=0 go build -trimpath -ldflags "-s -w -X orderly/internal/version.number=${VERSION}" -o /out/orderly ./cmd/orderly \
 && install -d -o 65532 -g 65532 -m 0700 /out/books

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /out/orderly /orderly
COPY --from=build --chown=65532:65532 /out/books /var/lib/orderly
USER 65532:65532
# The embedded database is ./data below here when no other is named.
WORKDIR /var/lib/orderly
VOLUME /var/lib/orderly
ENV ORDERLY_LISTEN=:8080
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=6s --start-period=30s --retries=3 CMD ["/orderly", "health"]
ENTRYPOINT ["/orderly"]
CMD ["serve"]
