using System.Net;
using BackupApp.Backups;
using BackupApp.DataSources;
using BackupApp.Destinations.S3;
using BackupApp.Engines;
using BackupApp.Engines.Mongo;
using BackupApp.Engines.Postgres;
using BackupApp.Policies;
using BackupApp.Tests.Support;
using BackupApp.Tools;

namespace BackupApp.Tests.Engines;

/// <summary>
/// Whatever somebody types as a name is either refused with a sentence or reaches a tool, a shell,
/// a path, a header or a URI as exactly that name.
/// </summary>
public sealed class HostileNamesTests
{
    private static readonly ConnectedServer Server = new(new("15.0", 15, null, false, false, null), IPAddress.Loopback);

    [Fact]
    public void There_are_two_hundred() => Assert.InRange(HostileNames.All.Count, 195, 250);

    [Fact]
    public async Task In_a_shell_line_each_is_one_word()
    {
        // Nothing can hold NUL there, and half a letter is no text.
        var names = HostileNames
            .All.Where(n => !n.Contains('\0', StringComparison.Ordinal) && !n.Contains('\uD800', StringComparison.Ordinal))
            .ToList();
        var script = string.Join('\n', names.Select(n => $"printf '%s\\0' {ShellWord.Quote(n)}"));
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, script, TestContext.Current.CancellationToken);

        var (exitCode, output) = await Shell.RunAsync("bash", [file]);

        Assert.Equal(0, exitCode);
        Assert.Equal(names, output.TrimEnd('\0').Split('\0'));
        File.Delete(file);
    }

    [Fact]
    public void A_key_and_a_file_name_hold_only_plain_letters() =>
        Assert.All(
            HostileNames.All.Where(n => !n.Contains('\uD800', StringComparison.Ordinal)),
            name =>
            {
                var key = ObjectNames.Key(name, name, DateTimeOffset.UnixEpoch, Guid.Empty, ".dump.gz");

                Assert.Matches(@"\A[A-Za-z0-9][A-Za-z0-9._-]*/[A-Za-z0-9][A-Za-z0-9._-]*/[A-Za-z0-9_]+\.dump\.gz\z", key);
                Assert.Matches(@"\A[A-Za-z0-9._-]+\z", ObjectNames.FileName(key));
            });

    [Fact]
    public void In_a_header_none_begins_another() =>
        Assert.All(
            HostileNames.All.Where(n => !n.Contains('\uD800', StringComparison.Ordinal)),
            name => Assert.Matches(@"\Aattachment; filename=""[ -~]*""; filename\*=UTF-8''[A-Za-z0-9._~%-]*\z", S3Client.Attachment(name)));

    [Fact]
    public void A_host_is_a_host() => Assert.All(HostileNames.All, name =>
        Assert.Matches(
            @"\A([a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?|[0-9a-f:.]+)\z",
            HostRules.Normalize(name, out var problem) ?? (problem is null ? "NONE" : "refused")));

    [Fact]
    public async Task A_tool_of_PostgreSQL_gets_each_as_it_is_or_never_starts()
    {
        var tool = new PgDump(new PgTools([]), TestPostgres.Databases, Path.GetTempPath(), PgDump.DefaultLockWait);
        foreach (var name in HostileNames.All)
        {
            var problems = new Dictionary<string, string>();
            var input = new DataSourceInput
            {
                Name = "x",
                Host = "db",
                Database = name,
                Username = name,
                Password = name,
                TlsMode = TlsMode.Prefer,
                Parameters = new() { ["application_name"] = name },
            };
            input.Selection = new() { ExcludeTables = name, ExcludeTableData = name };
            var connection = input.ReadConnection(new PostgresForm(), null, problems);
            var selection = new PostgresForm().ReadSelection(input.Selection, problems);
            if (problems.Count > 0)
                continue;

            using var command = await tool.PrepareAsync(
                connection!,
                Server,
                selection,
                new(ArtifactKind.Database, connection!.Database),
                TestContext.Current.CancellationToken);

            Assert.Equal(
                ("db", "127.0.0.1", name),
                (command.Environment["PGHOST"], command.Environment["PGHOSTADDR"], command.Environment["PGUSER"]));
            Assert.Equal((name, name), (ValueOf("dbname", command.Arguments[^1]), ValueOf("application_name", command.Arguments[^1])));
            Assert.All(command.Arguments, argument => Assert.StartsWith("--", argument, StringComparison.Ordinal));
            Assert.DoesNotContain(
                command.Arguments,
                argument =>
                    argument.StartsWith("--file", StringComparison.Ordinal) || argument.StartsWith("--help", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void A_URI_gives_each_back() =>
        Assert.All(
            HostileNames.All.Where(n => !n.Contains('\0', StringComparison.Ordinal) && !n.Contains('\uD800', StringComparison.Ordinal)),
            name =>
            {
                var text = Uri.EscapeDataString(name);
                var postgres = PostgresUri.Parse($"postgresql://{text}:{text}@db/{text}");

                Assert.Equal((name, name, name), (postgres.Parts!.Username, postgres.Parts.Password, postgres.Parts.Database));
                var again = PostgresUri.Parse(PostgresUri.ToDisplayString(postgres.Parts.ToConnection()));
                Assert.Equal((name, null, name), (again.Parts!.Username, again.Parts.Password, again.Parts.Database));
                if (MongoUri.Parse($"mongodb://{text}:{text}@db/?authSource={text}").Connection is { } mongo)
                    Assert.Equal((name, name, name), (mongo.Username, mongo.Secrets.Password, mongo.Security.AuthSource));
            });

    [Fact]
    public void In_the_configuration_of_MongoDBs_tool_each_is_one_quoted_line() =>
        Assert.All(
            HostileNames.All.Where(n => !n.Contains('\uD800', StringComparison.Ordinal)),
            name => Assert.Matches(@"\A""([^""\\\p{Cc}\u2028\u2029]|\\[""\\]|\\u[0-9A-F]{4})*""\z", MongoConfig.Quote(name)));

    [Fact]
    public void An_S3_destination_takes_only_what_fits_into_its_addresses_and_headers() => Assert.All(HostileNames.All, name =>
    {
        var problems = new Dictionary<string, string>();
        var input = new S3DestinationInput
        {
            Endpoint = name,
            Region = name,
            Bucket = name,
            Prefix = name,
            PublicEndpoint = name,
            KmsKeyId = name,
            AccessKeyId = name,
            SecretAccessKey = name,
        };

        var location = input.ReadLocation(problems);
        input.ReadKeys(null, moved: true, problems);

        if (!problems.ContainsKey("Region"))
            Assert.Matches(@"\A[A-Za-z0-9._-]+\z", location.Region);
        if (!problems.ContainsKey("Bucket"))
            Assert.Matches(@"\A[A-Za-z0-9._-]{3,63}\z", location.Bucket);
        Assert.True(problems.ContainsKey("Endpoint") || location.Endpoint is null, location.Endpoint);
        Assert.True(problems.ContainsKey("Prefix") || !location.Prefix.Any(char.IsControl), "A control character is left in the prefix.");
        Assert.True(
            problems.ContainsKey("AccessKeyId")
                || string.IsNullOrWhiteSpace(name)
                || name.Trim().All(c => c is > ' ' and <= '~'),
            "The key id does not fit into a header.");
    });

    [Fact]
    public void No_schedule_or_zone_is_read_from_any() => Assert.All(HostileNames.All, name =>
    {
        Assert.Null(Schedule.Read(name, "Europe/Prague", out _));
        Assert.Null(Schedule.Read("0 2 * * *", name, out _));
    });

    // The value of one name in a connection string, read as libpq does.
    private static string ValueOf(string name, string argument)
    {
        var at = argument.IndexOf($"{name}='", StringComparison.Ordinal) + name.Length + 2;
        var value = new System.Text.StringBuilder();
        for (; argument[at] != '\''; at++)
        {
            if (argument[at] == '\\')
                at++;
            value.Append(argument[at]);
        }

        return value.ToString();
    }
}
