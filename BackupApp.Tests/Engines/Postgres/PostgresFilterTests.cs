using BackupApp.Engines;
using BackupApp.Engines.Postgres;
using BackupApp.Tests.Support;

namespace BackupApp.Tests.Engines.Postgres;

/// <summary>What the connection test takes for chosen is what the real pg_dump dumps with the same filters.</summary>
public sealed class PostgresFilterTests : IAsyncLifetime
{
    private const string Tables = """"
        CREATE SCHEMA sales; CREATE SCHEMA "Sales"; CREATE SCHEMA "odd.name"; CREATE SCHEMA "a b";
        CREATE TABLE orders(id serial); CREATE TABLE "Orders"(); CREATE TABLE log_1(); CREATE TABLE log_2();
        CREATE TABLE "log*"(); CREATE TABLE "cost$"();
        CREATE TABLE sales.orders(id int GENERATED ALWAYS AS IDENTITY); CREATE TABLE sales."Order Lines"(); CREATE TABLE sales.log_1();
        CREATE TABLE "Sales".orders(); CREATE TABLE "odd.name"."x.y"(); CREATE TABLE "odd.name"."--help"();
        CREATE TABLE "a b"."say ""hi"""();
        CREATE SEQUENCE lonely; CREATE TABLE "größe"(); CREATE TABLE "GRÖSSE"(); CREATE TABLE ab(); CREATE TABLE "a|b"()
        """";

    private readonly TestPostgres _postgres = TestPostgres.Require();
    private string _database = "";

    public static TheoryData<string[], string[], string[], string[]> Filters => new()
    {
        // Only schemas, without schemas, only tables, without tables.
        { [], [], [], [] },
        { ["sales"], [], [], [] },
        { ["SALES"], [], [], [] },
        { ["\"Sales\""], [], [], [] },
        { ["sal*", "\"odd.name\""], [], [], [] },
        { ["\"a b\"", "public"], ["sales"], [], ["\"Orders\""] },
        { [], ["?ales"], [], ["log_?"] },
        { [], ["\"Sales\"", "\"a b\""], [], ["*.log_*", "sales.\"Order Lines\""] },
        { [], [], ["orders"], [] },
        { [], [], ["*.orders"], [] },
        { [], [], ["sal*.*", "public.*"], ["orders", "sales.*"] },
        { [], [], ["log_[12]", "a|ab", "cost$"], [] },
        { [], [], ["\"log*\"", "\"a|b\"", "lonely"], [] },
        { [], [], ["\"odd.name\".\"x.y\"", "\"odd.name\".--help"], [] },
        { [], [], ["\"a b\".\"say \"\"hi\"\"\"", "\"GRÖSSE\"", "GRöß?"], [] },
        { [], [], [], ["orders_id_seq", "lonely", "GR*"] },
    };

    [Theory]
    [MemberData(nameof(Filters))]
    public async Task The_tables_that_must_be_readable_are_those_that_pg_dump_dumps(
        string[] onlySchemas, string[] noSchemas, string[] onlyTables, string[] noTables)
    {
        var selection = new DumpSelection
        {
            IncludeSchemas = onlySchemas,
            ExcludeSchemas = noSchemas,
            IncludeTables = onlyTables,
            ExcludeTables = noTables,
        };
        var (exitCode, list) = await DumpAsync(selection);
        Assert.True(exitCode == 0, list);

        await using var connection = await _postgres.OpenAsync(_database);
        var filter = new PostgresFilter(selection);
        var chosen = new SortedSet<string>(StringComparer.Ordinal);
        await using (var command = filter.Command(
            "SELECT format('%s %s', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
            + $"WHERE c.relkind = 'r' AND n.nspname !~ '^(pg_|information_schema)' AND {filter.Picks}",
            connection))
        await using (var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken))
        {
            while (await reader.ReadAsync(TestContext.Current.CancellationToken))
                chosen.Add(reader.GetString(0));
        }

        // "3050; 0 20485 TABLE DATA sales orders postgres"
        var dumped = list.Split('\n').Where(line => line.Contains(" TABLE DATA ", StringComparison.Ordinal))
            .Select(line => line[(line.IndexOf(" TABLE DATA ", StringComparison.Ordinal) + 12)..^(_postgres.Superuser.Length + 1)])
            .Order(StringComparer.Ordinal);
        Assert.Equal(dumped, chosen);
        Assert.NotEmpty(chosen);
    }

    [Theory]
    [InlineData("nothing", "")]
    [InlineData("", "Orders.nothing")]
    [InlineData("", "ORDER")]
    [InlineData("", "log_1.orders")]
    public async Task A_chosen_name_that_is_not_there_is_noticed_before_pg_dump_notices(string schema, string table)
    {
        var selection = new DumpSelection
        {
            IncludeSchemas = schema.Length > 0 ? ["public", schema] : [],
            IncludeTables = table.Length > 0 ? ["orders", table] : [],
        };
        await using var connection = await _postgres.OpenAsync(_database);

        Assert.Equal(schema + table, await PostgresFilter.FindUnmatchedAsync(connection, selection, TestContext.Current.CancellationToken));
        Assert.NotEqual(0, (await DumpAsync(selection)).ExitCode);
    }

    [Fact]
    public async Task Tables_without_their_rows_are_in_the_dump_and_their_rows_are_not()
    {
        var (_, list) = await DumpAsync(new() { ExcludeTableData = ["*.log_*"] });

        Assert.Contains("TABLE sales log_1 ", list, StringComparison.Ordinal);
        Assert.DoesNotContain("TABLE DATA sales log_1 ", list, StringComparison.Ordinal);
        Assert.DoesNotContain("TABLE DATA public log_", list.Replace("log*", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("TABLE DATA sales orders ", list, StringComparison.Ordinal);
    }

    public async ValueTask InitializeAsync() => _database = await _postgres.CreateDatabaseAsync("filters", Tables);

    public ValueTask DisposeAsync() => _postgres.DisposeAsync();

    /// <summary>The dump's table of contents, or what the tool said.</summary>
    private async Task<(int ExitCode, string Output)> DumpAsync(DumpSelection selection)
    {
        var tool = new PgDump(new PgTools([]), TestPostgres.Databases, Path.GetTempPath(), PgDump.DefaultLockWait);
        using var command = await tool.PrepareAsync(
            _postgres.Connection(_database),
            await _postgres.ServerAsync(),
            selection,
            new(ArtifactKind.Database, _database),
            TestContext.Current.CancellationToken);
        return await Shell.RunAsync(
            "bash",
            [
                "-c",
                "set -e; file=$(mktemp); trap 'rm $file' EXIT; \"$@\" > $file; pg_restore --list $file",
                "bash",
                command.Program,
                .. command.Arguments,
            ],
            command.Environment);
    }
}
