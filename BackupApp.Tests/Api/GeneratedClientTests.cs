using BackupApp.Tests.Api.Generated;
using BackupApp.Tests.Support;

namespace BackupApp.Tests.Api;

/// <summary>A client made by NSwag from the published contract, unchanged, lives its life with BackupApp.</summary>
public sealed class GeneratedClientTests(ApiBench bench) : IClassFixture<ApiBench>
{
    [Fact]
    public async Task A_generated_client_protects_runs_waits_downloads_and_deletes()
    {
        await bench.RequireAsync();
        var cancel = TestContext.Current.CancellationToken;
        var client = new ContractClient(bench.Http.BaseAddress!.AbsoluteUri, bench.Http);
        var fields = bench.Credentials()["fields"]!["postgres"]!;
        var made = await client.ProtectDatasourceAsync(
            new PayloadProtectRequest
            {
                Name = "shop by a generated client",
                Engine = DatasourceEngine.Postgres,
                Environment = DatasourceEnvironment.Test,
                Region = DatasourceRegion.EuCentral1,
                ScheduleCron = "15 2 * * *",
                Timezone = "Europe/Prague",
                RetentionDays = 14,
                KeepLastN = 7,
                Credential = new PayloadSetCredentialsRequest
                {
                    Mode = DatasourceCredentialMode.Fields,
                    Fields = new PayloadCredentialFieldsDTO
                    {
                        Postgres = new PostgresFields
                        {
                            Host = "127.0.0.1",
                            Port = bench.Postgres.Port,
                            Db = fields["db"]!.GetValue<string>(),
                            User = bench.Postgres.Superuser,
                            Password = bench.Postgres.SuperuserPassword,
                        },
                    },
                },
            },
            cancel);
        Assert.True(made.VerifyOk, made.VerifyMessage);

        var run = await client.RunBackupNowAsync(made.DataSourceId, null, cancel);
        Assert.Equal(made.PolicyId, run.PolicyId);
        BackupJob? job = null;
        await Until.TrueAsync(
            async () =>
            {
                job = Assert.Single(
                    (await client.ListBackupJobsAsync(made.DataSourceId, limit: 5, cancellationToken: cancel)).List,
                    j => j.JobId == run.JobId);
                return job.JobStatus is not (BackupJobStatus.Queued or BackupJobStatus.Running);
            },
            "the backup ends",
            60);
        Assert.Equal(BackupJobStatus.Success, job!.JobStatus);

        var link = await client.GenerateBackupDownloadLinkAsync(made.DataSourceId, run.JobId, cancel);
        Assert.True(link.Ok, link.ErrorMessage);
        using var stranger = new HttpClient();
        var file = await stranger.GetByteArrayAsync(link.Url, cancel);
        Assert.Equal((link.SizeBytes, 0x1f, 0x8b), (file.Length, file[0], file[1]));

        Assert.Equal(1, (await client.DeleteBackupAsync(made.DataSourceId, run.JobId, cancel)).EnqueuedS3Blobs);
        var gone = await client.GenerateBackupDownloadLinkAsync(made.DataSourceId, run.JobId, cancel);
        Assert.Equal((false, "deleted"), (gone.Ok, gone.ErrorCode));
        Assert.Equal(
            1,
            (await client.DeleteDatasourceAsync(
                made.DataSourceId,
                new DeleteDatasourcePayload { Confirmation = "shop by a generated client" },
                cancel)).DeletedResourcesCount - 1);
    }
}
