using BackupApp.Backups;
using BackupApp.DataSources;
using BackupApp.Engines;
using BackupApp.Runs;
using BackupApp.Streams;
using BackupApp.Tests.Support;
using BackupApp.Tools;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace BackupApp.Tests.Hosting;

/// <summary>What the first version kept, in the hands of this one.</summary>
public sealed class UpgradeTests
{
    private const string Rows =
        """
        insert into data_sources (id, name, engine, environment, is_active, host, port, database, username, tls_mode,
            parameters, secrets_cipher, credentials_set_at, created_at, updated_at)
        values ('11111111-0000-0000-0000-000000000000', 'Shop', 'postgres', 'production', true, 'db', 5432, 'shop',
            'backup', 'prefer', '{{}}', '\x00', now(), now(), now());
        insert into data_sources (id, name, engine, environment, is_active, host, port, database, username, tls_mode,
            parameters, secrets_cipher, credentials_set_at, created_at, updated_at)
        values ('11111111-0000-0000-0000-000000000001', 'Strict', 'postgres', 'prod', true, 'db', 5432, 'shop', 'backup', 'verify_full',
            '{{"sslmode": "disable", "channel_binding": "require", "sslnegotiation": "direct", "gssencmode": "disable",
                "connect_timeout": "3"}}', '\x00', now(), now(), now());
        insert into storage_destinations (id, name, kind, is_managed, prefix, force_path_style, encryption, created_at, updated_at, bucket)
        values ('22222222-0000-0000-0000-000000000000', 'Bucket', 's3', false, '', false, 'none', now(), now(), 'backups');
        insert into backup_jobs (id, status, trigger, data_source_id, data_source_name, engine, destination_id,
            destination_name, scheduled_for, created_at, started_at, finished_at,
            cancel_requested, bytes_read, bytes_stored, tool_version, error_code, error_stage, error_summary, compression_level,
            connection_encrypted, connection_verified)
        select ('33333333-0000-0000-0000-00000000000' || n)::uuid, status, 'manual',
            '11111111-0000-0000-0000-000000000000', 'Shop', 'postgres', '22222222-0000-0000-0000-000000000000', 'Bucket',
            now(), now() - interval '1 hour', now() - interval '1 hour', now() - interval '59 minutes', false, 300, 100,
                '15.4', code, stage, summary, level, encrypted, verified
        from (values
            (1, 'success', null, null, null, 5, true, true),
            (2, 'failed', 'dump_failed', 'dump', 'The server went away.', null, null, false),
            (3, 'canceled', null, null, null, null, null, null))
            as job(n, status, code, stage, summary, level, encrypted, verified);
        insert into backup_artifacts (id, job_id, database, key, size, sha256, stored_at)
        select gen_random_uuid(), id, 'shop', 'shop/shop/20261101T021500Z_' || replace(id::text, '-', '') ||
            case when status = 'failed' then '.dump' else '.dump.gz' end,
            case when status = 'success' then 100 end, case when status = 'success' then '\xab'::bytea end,
            case when status = 'success' then finished_at end
        from backup_jobs;
        """;

    [Fact]
    public async Task A_database_of_the_first_version_keeps_its_history()
    {
        var postgres = TestPostgres.Require();
        var data = Directory.CreateTempSubdirectory("backupapp-upgrade-");
        var settings = new AppSettings(postgres.ConnectionString(await postgres.CreateDatabaseAsync("upgrade")), data.FullName);
        await using (var old = JobBench.Database(settings))
        {
            await old.GetService<IMigrator>().MigrateAsync("Initial", TestContext.Current.CancellationToken);
            await old.Database.ExecuteSqlRawAsync(Rows, TestContext.Current.CancellationToken);
        }

        await using (var app = await AppProcess.StartAsync(settings))
        {
            await using var db = JobBench.Database(settings);
            var jobs = await db.Set<BackupJob>()
                .AsNoTracking()
                .Include(j => j.Artifacts)
                .ToListAsync(TestContext.Current.CancellationToken);
            Assert.Equal(3, jobs.Count);
            Assert.All(jobs, job =>
            {
                var artifact = Assert.Single(job.Artifacts);
                Assert.Equal($"{job.Status}", $"{artifact.Status}");
                Assert.Equal(job.DestinationId, artifact.Copy.DestinationId);
                Assert.Equal(
                    (ArtifactKind.Database, "15.4", job.ErrorCode, job.ErrorSummary),
                    (artifact.Kind, artifact.ToolVersion, artifact.ErrorCode, artifact.ErrorSummary));
            });

            // By their old names alone: gzip of a known level, plain, and gzip of a level that nobody wrote down.
            Assert.Equal(
                [
                    (RunStatus.Success, StoredCompression.Gzip, 5),
                    (RunStatus.Failed, StoredCompression.None, null),
                    (RunStatus.Canceled, StoredCompression.Gzip, (int?)null),
                ],
                jobs.OrderBy(j => j.Id).Select(j => (j.Status, j.Artifacts[0].Form.Compression, j.Artifacts[0].Form.CompressionLevel)));
            Assert.Equal(CopyState.Stored, jobs.Single(j => j.Status == RunStatus.Success).Artifacts[0].Copy.State);

            // "prefer" and not seen is another answer than no connection at all.
            Assert.Equal(
                [ConnectionProtection.Verified, ConnectionProtection.Unknown, null],
                jobs.OrderBy(j => j.Id).Select(j => j.ConnectionProtection));

            var strict = await db.Set<DataSource>()
                .AsNoTracking()
                .SingleAsync(s => s.Name == "Strict", TestContext.Current.CancellationToken);
            Assert.Equal(
                new ConnectionSecurity(TlsMode.VerifyFull)
                {
                    ChannelBinding = ChannelBinding.Require,
                    Negotiation = TlsNegotiation.Direct,
                },
                strict.Security);
            Assert.Equal(["connect_timeout"], strict.Parameters.Keys);

            using var client = await AppClient.SignInAsync(app);
            foreach (var job in jobs)
            {
                using var page = await client.SendAsync(HttpMethod.Get, $"/Jobs/{job.Id}");
                Assert.True(page.IsSuccessStatusCode, app.Log);
            }
        }

        data.Delete(recursive: true);
    }
}
