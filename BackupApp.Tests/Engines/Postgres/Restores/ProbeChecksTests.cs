using BackupApp.Engines;
using BackupApp.Engines.Postgres.Archives;
using BackupApp.Engines.Postgres.Restores;
using BackupApp.Engines.Restores;

namespace BackupApp.Tests.Engines.Postgres.Restores;

/// <summary>What is told of a target from what is known of it.</summary>
public sealed class ProbeChecksTests
{
    private static readonly DatabaseConnection Login = new(
        Engine.Postgres, "db.example.com", 5432, "shop", "backup", TlsMode.Prefer, new Dictionary<string, string>(), new(null));

    private static readonly TargetFacts Facts = new()
    {
        IsSuperuser = false,
        CreatesDatabases = true,
        EndsSessions = true,
        IsStandby = false,
        Extensions = new HashSet<string> { "plpgsql", "hstore", "dblink" },
        Trusted = new HashSet<string> { "plpgsql", "hstore" },
        Roles = new(new HashSet<string> { "owner", "other" }, new HashSet<string> { "owner" }),
        Database = new("shop", 1, "owner", true),
    };

    private static readonly ArchiveNeeds Needs = new(15, ["hstore"], ["owner"]);

    /// <summary>What is wanted or found, and the check that it comes to.</summary>
    public static TheoryData<string, string, CheckState, string> Cases => new()
    {
        { "nothing odd", "extensions", CheckState.Good, "hstore" },
        { "nothing odd", "roles", CheckState.Good, "all roles" },
        { "nothing odd", "server_version", CheckState.Good, "PostgreSQL 15" },
        { "extension missing", "extension_missing", CheckState.Bad, "postgis, vector" },
        { "extension missing, going on", "extension_missing", CheckState.Note, "postgis, vector" },
        { "extension missing, something picked", "extension_missing", CheckState.Note, "may need none of them" },
        { "extension untrusted", "extension_rights", CheckState.Note, "dblink" },
        { "roles missing", "roles_missing", CheckState.Note, "gone" },
        { "roles foreign", "roles_foreign", CheckState.Note, "other" },
        { "older major", "server_version", CheckState.Note, "older (15)" },
        { "little space", "free_space", CheckState.Note, "1.0 GB free; the dump is 2.0 GB" },
        { "much space", "free_space", CheckState.Good, "9.0 GB free" },
        { "slots", "replication_slots", CheckState.Note, "feed" },
        { "subscriptions", "subscriptions", CheckState.Note, "far" },
        { "a worker", "connections", CheckState.Note, "TimescaleDB Background Worker Scheduler" },
        { "a superuser's worker", "database_in_use", CheckState.Bad, "background workers" },
        { "the database is gone", "database_not_found", CheckState.Bad, "no database \"shop\"" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Each_thing_is_told(string what, string code, CheckState state, string words)
    {
        var check = Assert.Single(Look(what), c => c.Code == code);

        Assert.Equal(state, check.State);
        Assert.Contains(words, check.Text, StringComparison.Ordinal);
        Assert.True(state != CheckState.Bad || check.Fix is not null, "It says what to do.");
    }

    [Fact]
    public void A_database_that_is_gone_is_used_by_nobody() =>
        Assert.DoesNotContain(Look("the database is gone"), c => c.Code == "connections");

    [Fact]
    public async Task A_target_of_another_kind_is_refused_before_it_is_asked()
    {
        var probe = new RestoreProbe(null!);

        var found = await probe.RunAsync(
            Order() with { Target = Login with { Engine = Engine.Mongodb } }, TestContext.Current.CancellationToken);

        Assert.Equal((false, "engine_mismatch"), (found.Ok, found.Code));
    }

    [Fact]
    public void Only_what_the_picked_entries_need_is_needed()
    {
        ArchiveEntry[] entries =
        [
            Entry(1, "EXTENSION", null, "postgis"),
            Entry(2, "EXTENSION", null, "hstore"),
            Entry(3, "TABLE", "public", "places", 1) with { Owner = "geographer" },
            Entry(4, "TABLE", "public", "orders", 2) with { Owner = "seller" },
        ];
        var head = new ArchiveHead(new(14, 8, "none", null, "shop", "15.0", "15.0", entries.Length), entries, 0);

        var (whole, orders) = (
            ArchiveNeeds.Of(head, RestoreSelection.Everything), ArchiveNeeds.Of(head, new([], [new("public", "orders")])));

        Assert.Equal(["postgis", "hstore"], whole.Extensions!);
        Assert.Equal(["geographer", "seller"], whole.Roles!);
        Assert.Equal(["hstore"], orders.Extensions!);
        Assert.Equal(["seller"], orders.Roles!);
    }

    private static IReadOnlyList<TargetCheck> Look(string what)
    {
        var (order, facts, needs) = (Order(), Facts, Needs);
        switch (what)
        {
            case "extension missing":
                needs = needs with { Extensions = ["postgis", "hstore", "vector"] };
                break;
            case "extension missing, going on":
                (order, needs) = (order with { GoOnPastErrors = true }, needs with { Extensions = ["postgis", "vector"] });
                break;
            case "extension missing, something picked":
                needs = needs with { Extensions = ["postgis"], MayBeLess = true };
                break;
            case "extension untrusted":
                needs = needs with { Extensions = ["dblink", "hstore"] };
                break;
            case "roles missing":
                needs = needs with { Roles = ["owner", "gone"] };
                break;
            case "roles foreign":
                needs = needs with { Roles = ["owner", "other"] };
                break;
            case "older major":
                needs = needs with { Major = 17 };
                break;
            case "little space":
                (order, facts) = (Of(2_000_000_000), facts with { FreeSpace = 1_000_000_000 });
                break;
            case "much space":
                (order, facts) = (Of(2_000_000_000), facts with { FreeSpace = 9_000_000_000 });
                break;
            case "slots":
                facts = facts with { Slots = ["feed"] };
                break;
            case "subscriptions":
                facts = facts with { Subscriptions = ["far"] };
                break;
            case "a worker":
                facts = facts with { InUse = (1, 0, 0), Workers = ["TimescaleDB Background Worker Scheduler"] };
                break;
            case "a superuser's worker":
                facts = facts with { InUse = (1, 1, 1) };
                break;
            case "the database is gone":
                facts = facts with { Database = null };
                break;
        }

        return ProbeChecks.Of(order, new("15.1", 15, null, true, true, null), facts, needs);
    }

    private static RestoreOrder Order() =>
        new(Guid.NewGuid(), RestoreMode.Overwrite, Login, "shop", new(ArtifactKind.Database, "shop", "15.1"));

    private static RestoreOrder Of(long bytes) => Order() with { Dump = new(ArtifactKind.Database, "shop", "15.1", Bytes: bytes) };

    private static ArchiveEntry Entry(int id, string kind, string? schema, string tag, params int[] needs) => new()
    {
        DumpId = id,
        HasData = false,
        Kind = kind,
        Schema = schema,
        Tag = tag,
        Section = ArchiveSection.PreData,
        Dependencies = needs,
    };
}
