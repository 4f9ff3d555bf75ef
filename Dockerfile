# A static binary on an empty image: no shell, no root, certificates and nothing else.
FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG VERSION=dev
RUN CGO_ENABLED=0 go build -trimpath -ldflags "-s -w -X main.version=${VERSION}" -o /out/cartograph ./cmd/cartograph
RUN mkdir -p /out/data /out/tmp

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build /out/cartograph /cartograph
# The embedded database lives in /data, SQLite sorts large results in /tmp.
COPY --from=build --chown=65532:65532 /out/data /data
COPY --from=build --chown=65532:65532 /out/tmp /tmp
ENV CARTOGRAPH_DATA_DIR=/data
ENV CARTOGRAPH_LISTEN=:8080
USER 65532:65532
VOLUME /data
EXPOSE 8080
# Asks the server beside it for /readyz; an empty image has no curl.
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s CMD ["/cartograph", "doctor", "--ready"]
ENTRYPOINT ["/cartograph"]
CMD ["serve"]
