using System.Net;
using BackupApp.Accounts.People;
using BackupApp.Data;
using BackupApp.DataSources;
using BackupApp.Engines;
using BackupApp.Tests.Engines;
using BackupApp.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Tests.Accounts;

/// <summary>Two hundred hostile names on a page that shows them: each is read as it is, and none becomes markup.</summary>
public sealed class HostilePagesTests
{
    [Fact]
    public async Task A_list_shows_each_name_as_text()
    {
        await using var app = await AccountsApp.StartAsync();
        await app.CreateUserAsync("reader@example.com", UserRole.Viewer);
        using var visitor = new Visitor(app);
        await visitor.SignInAsync("reader@example.com");

        var sources = await AddSourcesAsync(app);
        // Fifty a page.
        var markup = "";
        for (var page = 1; page <= (sources.Count + 49) / 50; page++)
        {
            var answer = await visitor.GetAsync($"/DataSources?p={page}");
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            markup += await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        }

        var text = WebUtility.HtmlDecode(markup);

        Assert.All(sources, source => Assert.Contains(source.Name, text, StringComparison.Ordinal));
        Assert.DoesNotContain("<script>alert", markup, StringComparison.Ordinal);
        Assert.DoesNotContain("\u001b", markup, StringComparison.Ordinal);
    }

    // Behind the forms, which refuse most of them: what is in the database is shown all the same.
    private static async Task<List<DataSource>> AddSourcesAsync(AccountsApp app)
    {
        var options = new DbContextOptionsBuilder<AppDbContext>().UseNpgsql(app.Postgres.PooledConnectionString(app.Database)).Options;
        await using var db = new AppDbContext(options);
        var sources = HostileNames.All
            .Where(name => !name.Contains('\0', StringComparison.Ordinal) && !name.Contains('\uD800', StringComparison.Ordinal))
            .Select(name => DataSource.CreateWithoutCredentials(name, DataSourceEnvironment.Dev, Engine.Postgres, DateTimeOffset.UnixEpoch))
            .ToList();
        db.AddRange(sources);
        await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        return sources;
    }
}
