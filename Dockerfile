# Builds Embergate and packs it with a Java runtime of only the modules it needs.
#
#   docker build -t embergate .
#   docker run -p 8095:8095 -v ./config:/config -v embergate-data:/data embergate
#
# /config holds config.yml (and rules/, plugins/); /data is written to.

FROM eclipse-temurin:25-jdk-noble AS build
RUN apt-get update \
    && apt-get install -y --no-install-recommends maven \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY pom.xml LICENSE config-example.yml ./
COPY engine engine
COPY rules rules
COPY admin admin
COPY launcher launcher
COPY benchmarks/pom.xml benchmarks/pom.xml
COPY docs docs
COPY README*.md CHANGELOG.md ./
RUN --mount=type=cache,target=/m2 \
    mvn -B -q -Dmaven.repo.local=/m2 -DskipTests -pl launcher -am package \
    && mkdir /opt/embergate \
    && tar -xzf launcher/target/embergate-*.tar.gz -C /opt/embergate --strip-components=1
# What the jars really use; java.desktop and java.sql are only mentioned by libraries. The class archive must be one for compact
# object headers, as bin/embergate starts Java.
RUN jlink --add-modules java.base,java.logging,java.management,java.naming,java.net.http,java.xml,jdk.jfr,jdk.management,jdk.unsupported \
    --strip-debug --no-header-files --no-man-pages --output /opt/java-runtime \
    && /opt/java-runtime/bin/java -XX:+UseSerialGC -XX:+UseCompactObjectHeaders -Xshare:dump

# glibc, not musl: the native TLS library needs it.
FROM debian:trixie-slim
COPY --from=build /opt/java-runtime /opt/java/embergate
COPY --from=build /opt/embergate /opt/embergate
RUN groupadd --system --gid 10001 embergate \
    && useradd --system --uid 10001 --gid embergate --home-dir /data --shell /usr/sbin/nologin embergate \
    && mkdir -p /config /data \
    && chown embergate:embergate /data \
    && ln -s /opt/embergate/bin/embergate /usr/local/bin/embergate
ENV EMBERGATE_JAVA_HOME=/opt/java/embergate \
    EMBERGATE_CONFIG=/config/config.yml \
    EMBERGATE_DATA=/data \
    EMBERGATE_CACHE=/opt/embergate/cache
# The start-up archive, which a container could not keep.
RUN embergate warm-up
USER 10001:10001
WORKDIR /config
VOLUME ["/config", "/data"]
EXPOSE 8095 8080
# The script replaces itself by Java (exec), so TERM reaches it: running requests are finished, up to timeouts.stop.
STOPSIGNAL SIGTERM
# Asked by bash itself: a Java every half minute would cost more than the proxy. Another admin.port needs another check.
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
    CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/8080 && printf 'GET /health HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n' >&3 && head -n 1 <&3 | grep -q ' 200 '"]
ENTRYPOINT ["embergate"]
CMD ["run"]
