using System.Diagnostics;
using System.Globalization;
using BackupApp.Engines;
using BackupApp.Engines.Postgres;
using BackupApp.Tests.Support;

namespace BackupApp.Tests.Engines.Postgres;

/// <summary>A login that passes our test must pass pg_dump's, and the other way round: psql, over the same libpq, is the judge.</summary>
[Collection(nameof(PostgresServers))]
public sealed class LibpqAgreementTests(PostgresServers servers)
{
    public enum Authority
    {
        None,
        Right,
        Wrong,
    }

    public static TheoryData<TlsMode, Authority, string, string> Cases()
    {
        var cases = new TheoryData<TlsMode, Authority, string, string>();
        foreach (var mode in Enum.GetValues<TlsMode>())
            foreach (var authority in Enum.GetValues<Authority>())
                foreach (var host in new[] { "localhost", "127.0.0.1" })
                    foreach (var role in new[] { "reader", "tls_only", "plain_only" })
                        cases.Add(mode, authority, host, role);
        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Psql_gets_in_exactly_where_we_do_and_as_encrypted(TlsMode mode, Authority authority, string host, string role)
    {
        var pem = authority switch { Authority.Right => servers.AuthorityPem, Authority.Wrong => servers.OtherAuthorityPem, _ => null };
        var connection = servers.Connection(role, "pw", mode: mode, host: host, database: "postgres", secrets: new(null, pem));

        var ours = await OursAsync(connection);
        var theirs = await PsqlAsync(connection);

        Assert.Equal(theirs, ours);
    }

    private async Task<string> OursAsync(DatabaseConnection connection)
    {
        try
        {
            var (session, server, _) = await servers
                .Login()
                .OpenAsync(
                    connection,
                    DumpSelection.Everything,
                    PostgresConnectionTest.LoginLimit,
                    TestContext.Current.CancellationToken);
            await using (session)
                return server.Encrypted ? "t" : "f";
        }
        catch (ConnectException)
        {
            return "refused";
        }
    }

    private static async Task<string> PsqlAsync(DatabaseConnection connection)
    {
        var folder = Directory.CreateTempSubdirectory("backupapp-psql-").FullName;
        var authority = Path.Combine(folder, "ca.pem");
        if (connection.VerifiesServer() && connection.Secrets.CaCertificatePem is { } pem)
            await File.WriteAllTextAsync(authority, pem);
        var start = new ProcessStartInfo(Path.Combine(TestCluster.FindBinaries(), "psql"),
            ["-X", "-A", "-t", "-w", "-c", "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in new Dictionary<string, string>
        {
            ["HOME"] = folder,
            ["PGHOST"] = connection.Host,
            ["PGPORT"] = connection.Port.ToString(CultureInfo.InvariantCulture),
            ["PGUSER"] = connection.Username,
            ["PGPASSWORD"] = connection.Secrets.Password!,
            ["PGDATABASE"] = connection.Database,
            ["PGSSLMODE"] = connection.TlsMode.ToLibpq(),
            ["PGSSLROOTCERT"] = authority,
            ["PGGSSENCMODE"] = "disable",
        })
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        await errors;
        Directory.Delete(folder, recursive: true);
        return process.ExitCode == 0 ? output.Trim() : "refused";
    }
}
