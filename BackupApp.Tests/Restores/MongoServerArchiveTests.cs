using System.Net;
using BackupApp.Engines;

namespace BackupApp.Tests.Restores;

/// <summary>The archive of a whole MongoDB server holds many databases, of which the tool would restore none for the asking.</summary>
public sealed class MongoServerArchiveTests : IAsyncLifetime
{
    private RecordedBackup _backup = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _backup = await RecordedBackup.MakeAsync(
        new(Engine.Mongodb, "127.0.0.1", 1, "", "backup", TlsMode.Disable, new Dictionary<string, string>(), new("irrelevant")),
        new(ArtifactKind.Server, "all databases"));

    public ValueTask DisposeAsync() => _backup?.DisposeAsync() ?? ValueTask.CompletedTask;

    [Theory]
    [InlineData("new_server")]
    [InlineData("new_database")]
    [InlineData("overwrite")]
    public async Task It_is_refused_with_the_way_that_there_is(string mode)
    {
        using var answer = await _backup.PostAsync(_backup.Http, mode, uri: "mongodb://user:pw@127.0.0.1:1/other");

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("shows the shell line that does", await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }
}
