using System.Net;
using System.Net.Http;
using System.Net.Http.Json;
using BackupApp.Accounts.People;
using BackupApp.Accounts.Tokens;
using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.DataSources;
using BackupApp.Destinations;
using BackupApp.Engines;
using BackupApp.Engines.Restores;
using BackupApp.Restores;
using BackupApp.Secrets;
using BackupApp.Tests.Accounts;
using BackupApp.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace BackupApp.Tests.Restores;

/// <summary>Who may put a backup in the place of a database, and take that back, is said by the configuration.</summary>
public sealed class OverwriteRoleTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Operator", true)]
    [InlineData("Administrator", false)]
    public async Task An_operator_may_only_what_is_configured_and_always_restore_beside(string role, bool may)
    {
        await using var app = await WholeApp.StartAsync(("BackupApp:Restores:OverwriteRole", role));
        var there = await RestoredAsync(app);
        var user = await app.CreateUserAsync(UserRole.Operator);
        var owner = await app.CreateUserAsync(UserRole.Administrator);
        using var visitor = new Visitor(app.Address);
        await visitor.SignInAsync(user.Email!);

        var (@operator, administrator) = (
            await AskAsync(app, await app.CreateTokenAsync(user, TokenRole.Operator), there),
            await AskAsync(app, await app.CreateTokenAsync(owner, TokenRole.Administrator), there));
        var pages = await AskPagesAsync(visitor, there);

        // Whoever is let in hears of the name that was not typed, and that the server knows no such login.
        Assert.Equal([201, 201, 200, 400, 400], administrator);
        Assert.Equal(may ? administrator : [201, 403, 403, 403, 403], @operator);
        Assert.Equal(may ? [200, 302, 302] : [403, 403, 403], pages);
        var details = await visitor.ReadAsync($"/Restores/{there.Restore}");
        Assert.Equal(may, details.Contains("handler=Swap", StringComparison.Ordinal));
        Assert.Equal(may, (await visitor.ReadAsync($"/Restores/Create?source={there.Source}")).Contains(
            "value=\"Replace\"", StringComparison.Ordinal));
    }

    /// <returns>The answers to a restore beside, one in place, a look at the target of that, an undo and a drop.</returns>
    private static async Task<int[]> AskAsync(WholeApp app, string token, Restored there)
    {
        using var http = new HttpClient { BaseAddress = app.Address };
        http.DefaultRequestHeaders.Authorization = new("Bearer", token);
        var beside = new
        {
            dataSourceId = there.Source,
            sourceBackupId = there.Backup,
            mode = "new_database",
            targetUri = "postgres://u:p@127.0.0.1:1/postgres",
            targetDatabase = $"copy_{Guid.NewGuid():N}",
        };
        var overwrite = new
        {
            dataSourceId = there.Source,
            sourceBackupId = there.Backup,
            mode = "overwrite",
            confirmOverwrite = true,
        };
        var probe = new { dataSourceId = there.Source, sourceBackupId = there.Backup, mode = "overwrite" };
        var aftermath = new { confirmation = "another name" };
        return
        [
            await PostAsync("restores", beside),
            await PostAsync("restores", overwrite),
            await PostAsync("restores/target-probe", probe),
            await PostAsync($"restores/{there.Restore}/undo", aftermath),
            await PostAsync($"restores/{there.Restore}/drop-kept", aftermath),
        ];

        async Task<int> PostAsync(string path, object body)
        {
            using var answer = await http.PostAsJsonAsync($"/api/v1/{path}", body, Cancel);
            return (int)answer.StatusCode;
        }
    }

    private static async Task<int[]> AskPagesAsync(Visitor visitor, Restored there)
    {
        var create = $"/Restores/Create?source={there.Source}";
        var token = ("__RequestVerificationToken", await visitor.AntiforgeryTokenAsync(create));
        (string, string)[] overwrite =
            [token, ("Input.What", $"{there.Artifact}"), ("Input.Where", "Replace"), ("Input.Confirmation", "another name")];
        return
        [
            Status(await visitor.PostAsync(create, overwrite)),
            Status(await visitor.PostAsync($"/Restores/{there.Restore}?handler=Swap", [token, ("Input.Confirmation", "another name")])),
            Status(await visitor.PostAsync($"/Restores/{there.Restore}?handler=Drop", [token, ("Input.Confirmation", "another name")])),
        ];
    }

    // A page that refuses by itself sends the browser to where it is told so.
    private static int Status(HttpResponseMessage answer)
    {
        using (answer)
        {
            var isDenied = answer.Headers.Location?.OriginalString.Contains("/AccessDenied", StringComparison.Ordinal) == true;
            return isDenied ? (int)HttpStatusCode.Forbidden : (int)answer.StatusCode;
        }
    }

    /// <summary>A source whose login the server does not know, a backup of it, and a restore that has taken its database's place.</summary>
    private static async Task<Restored> RestoredAsync(WholeApp app)
    {
        await using var scope = app.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AppDbContext>();
        var secrets = scope.ServiceProvider.GetRequiredService<SecretBox>();
        await using var postgres = TestPostgres.Require();
        var connection = postgres.Connection("shop", "nobody", "x");
        var now = DateTimeOffset.UtcNow;
        var source = DataSource.Create("shop", DataSourceEnvironment.Test, connection, secrets, now);
        var destination = StorageDestination.CreateS3("bucket", S3Location.None, new S3Keys("a", "b"), secrets, now);
        var backup = BackupJob.Queue(source, destination, BackupTrigger.Manual, now, null, 6, null, null);
        var artifact = BackupArtifact.Create(backup, 0, new(ArtifactKind.Database, "shop"), destination, "shop.dump.gz");
        var plan = new RestorePlan(
            RestoreMode.Overwrite, source, backup, artifact, TargetLogin.Source, source.ToPublicConnection(), "shop");
        var restore = RestoreJob.Queue(plan, RestoreTrigger.Manual, secrets, null, null);
        db.AddRange(source, destination, backup, artifact, restore);
        await db.SaveChangesAsync(Cancel);
        await db.Database.ExecuteSqlAsync($"""
            UPDATE backup_jobs SET status = 'success', started_at = now(), finished_at = now() WHERE id = {backup.Id};
            UPDATE backup_artifacts SET status = 'success', stored_at = now(), size = 10, sha256 = {new byte[32]} WHERE id = {artifact.Id};
            UPDATE restore_jobs SET status = 'success', in_place = true, kept_database = 'shop_before_20261127_100000', kept_oid = 5,
                started_at = now(), finished_at = now() WHERE id = {restore.Id};
            """, Cancel);
        return new(source.Id, backup.Id, artifact.Id, restore.Id);
    }

    private sealed record Restored(Guid Source, Guid Backup, Guid Artifact, Guid Restore);
}
