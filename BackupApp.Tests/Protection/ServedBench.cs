using System.Net.Http.Headers;
using BackupApp.Tests.Policies;
using BackupApp.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Tests.Protection;

/// <summary>The released program over the database of a bench, exactly as it runs for everybody, but that it starts no backup.</summary>
internal sealed class ServedBench : IAsyncDisposable
{
    private readonly DirectoryInfo _folder;

    private ServedBench(AppProcess app, DirectoryInfo folder, string token)
    {
        (App, _folder) = (app, folder);
        Http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = app.Address };
        Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    public AppProcess App { get; }

    /// <summary>With an administrator's token.</summary>
    public HttpClient Http { get; }

    public static async Task<ServedBench> StartAsync(PolicyBench bench)
    {
        var (folder, token) = (Directory.CreateTempSubdirectory("backupapp-served-"), $"test-{Guid.NewGuid():N}{Guid.NewGuid():N}");
        await using var db = bench.Database();
        var settings = new AppSettings(db.Database.GetConnectionString()!, folder.FullName)
        {
            MasterKey = Convert.ToBase64String(new byte[32]), // the bench's
            IsMeasured = true,
            Variables = new Dictionary<string, string> { ["BackupApp__Roles"] = "web", ["BackupApp__Bootstrap__ApiToken"] = token },
        };
        return new(await AppProcess.StartAsync(settings), folder, token);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await App.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
