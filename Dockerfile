# docker build -t backupapp . && docker run -p 8080:8080 -v backupapp:/data backupapp
#
# CLIENTS=pgdg (default)  PostgreSQL clients 13 to 18 and the MongoDB tools, from the package repositories of those projects
# CLIENTS=distribution    only what the base image's distribution has: for closed networks
ARG CLIENTS=pgdg
# Exact tags, so that two builds of one commit start from the same. Raise them together with global.json and the packages.
ARG DOTNET_SDK=10.0.401
ARG DOTNET_RUNTIME=10.0.12

FROM mcr.microsoft.com/dotnet/sdk:${DOTNET_SDK} AS build
RUN apt-get update \
 && apt-get install -y --no-install-recommends nodejs npm \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY global.json Directory.Build.props Directory.Packages.props .editorconfig ./
COPY BackupApp/BackupApp.csproj BackupApp/packages.lock.json BackupApp/FrontEnd.targets BackupApp/
# .NET's name of the processor: x64 for Debian's amd64, arm64 for arm64.
RUN dotnet restore --locked-mode BackupApp/BackupApp.csproj -r "linux-$(dpkg --print-architecture | sed 's/amd64/x64/')"
COPY BackupApp/ BackupApp/
RUN dotnet publish BackupApp/BackupApp.csproj -c Release --no-restore -r "linux-$(dpkg --print-architecture | sed 's/amd64/x64/')" -o /app

FROM mcr.microsoft.com/dotnet/aspnet:${DOTNET_RUNTIME} AS base
ENV DEBIAN_FRONTEND=noninteractive
# The app makes its own cluster in /data; the packages' "main" would only be dead weight in the image.
RUN mkdir -p /etc/postgresql-common/createcluster.d \
 && echo 'create_main_cluster = false' > /etc/postgresql-common/createcluster.d/backupapp.conf

FROM base AS clients-distribution
RUN apt-get update \
 && apt-get install -y --no-install-recommends tini libisal2 postgresql postgresql-client \
 && rm -rf /var/lib/apt/lists/*

# Whoever serves the keys' files does not decide which keys are trusted: of each file only the key with the fingerprint that its project publishes is kept.
FROM base AS keys
ARG MONGODB_SERIES=8.0
ARG MONGODB_KEY=4B0752C1BCA238C0B4EE14DC41DE058A4E7DCA05
ARG PGDG_KEY=B97B0AFCAA1A47F044F244A07FCC7D46ACCC4CF8
ADD https://www.postgresql.org/media/keys/ACCC4CF8.asc /keys/pgdg.asc
ADD https://pgp.mongodb.com/server-${MONGODB_SERIES}.asc /keys/mongodb.asc
RUN apt-get update \
 && apt-get install -y --no-install-recommends gnupg \
 && GNUPGHOME=$(mktemp -d) && export GNUPGHOME \
 && gpg --batch --quiet --import /keys/pgdg.asc /keys/mongodb.asc \
 && gpg --batch --export "$PGDG_KEY" > /keys/pgdg.gpg && test -s /keys/pgdg.gpg \
 && gpg --batch --export "$MONGODB_KEY" > /keys/mongodb.gpg && test -s /keys/mongodb.gpg

FROM base AS clients-pgdg
# The major of the embedded database. It stays with the data: raising it needs a pg_upgrade of every volume.
ARG POSTGRES_MAJOR=18
ARG MONGODB_SERIES=8.0
COPY --from=keys --chmod=644 /keys/pgdg.gpg /keys/mongodb.gpg /usr/share/keyrings/
RUN . /etc/os-release \
 && echo "deb [signed-by=/usr/share/keyrings/pgdg.gpg] https://apt.postgresql.org/pub/repos/apt $VERSION_CODENAME-pgdg main" \
      > /etc/apt/sources.list.d/pgdg.list \
 && case $ID in \
      ubuntu) mongodb="https://repo.mongodb.org/apt/ubuntu $VERSION_CODENAME/mongodb-org/$MONGODB_SERIES multiverse" ;; \
      *) mongodb="https://repo.mongodb.org/apt/debian bookworm/mongodb-org/$MONGODB_SERIES main" ;; \
    esac \
 && echo "deb [signed-by=/usr/share/keyrings/mongodb.gpg] $mongodb" > /etc/apt/sources.list.d/mongodb.list \
 && apt-get update \
 && clients= \
 && for major in 13 14 15 16 17 18; do \
      # The project drops a major some time after its end; a newer client then serves its servers.
      if apt-cache show "postgresql-client-$major" > /dev/null 2>&1; then clients="$clients postgresql-client-$major"; \
      else echo "warning: no postgresql-client-$major for $VERSION_CODENAME"; fi; \
    done \
 && apt-get install -y --no-install-recommends tini libisal2 "postgresql-$POSTGRES_MAJOR" $clients mongodb-database-tools \
 && rm -rf /var/lib/apt/lists/*

FROM clients-${CLIENTS}
RUN install -d -o "$APP_UID" -g "$APP_UID" -m 0700 /data
WORKDIR /app
COPY --from=build /app ./
ENV PATH=/app:$PATH \
    DEBIAN_FRONTEND= \
    ASPNETCORE_HTTP_PORTS=8080 \
    BackupApp__DataDirectory=/data
USER $APP_UID
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
# The image has no HTTP client; bash speaks enough of it. Ready means that database and queue answer.
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --start-interval=1s --retries=3 \
  CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/${ASPNETCORE_HTTP_PORTS%%;*} && printf 'GET /health/ready HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n' >&3 && read -r _ status _ <&3 && [[ $status == 200 ]]"]
# tini reaps the processes that a killed dump leaves behind.
ENTRYPOINT ["tini", "--"]
CMD ["BackupApp"]
