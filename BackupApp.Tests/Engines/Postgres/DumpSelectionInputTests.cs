using BackupApp.Engines;
using BackupApp.Engines.Mongo;
using BackupApp.Engines.Postgres;

namespace BackupApp.Tests.Engines.Postgres;

public sealed class DumpSelectionInputTests
{
    [Fact]
    public void Lists_are_read_one_name_per_line_and_shown_again()
    {
        var input = new DumpSelectionInput
        {
            Scope = SourceScope.Server,
            ExcludeDatabases = " one\r\n\r\nTwo words \none",
            ExcludeTables = "log_*\nsales.\"Old orders\"",
            ExcludeTableData = "audit",
        };

        var (selection, problems) = Read(input);

        Assert.Empty(problems);
        Assert.Equal(["one", "Two words"], selection.ExcludeDatabases);
        Assert.Equal(["log_*", "sales.\"Old orders\""], selection.ExcludeTables);
        Assert.Equal(["audit"], selection.ExcludeTableData);
        var again = Read(DumpSelectionInput.From(selection)).Selection;
        Assert.Equal((selection.Scope, string.Join('|', selection.ExcludeTables)), (again.Scope, string.Join('|', again.ExcludeTables)));
    }

    [Fact]
    public void Databases_to_leave_out_mean_nothing_for_one_database() =>
        Assert.Empty(Read(new() { ExcludeDatabases = "one" }).Selection.ExcludeDatabases);

    [Theory]
    [InlineData("a.b", "write the schema alone")]
    [InlineData("\"open", "double quote is not closed")]
    [InlineData("a\tb", "control character")]
    public void A_schema_that_pg_dump_cannot_read_is_refused(string pattern, string part) =>
        AssertProblem(new() { ExcludeSchemas = pattern }, "ExcludeSchemas", part);

    [Theory]
    [InlineData("a.b.c", "write schema.table")]
    [InlineData("sales.", "a name is missing")]
    [InlineData(".orders", "a name is missing")]
    [InlineData("sales.\"orders", "double quote is not closed")]
    public void A_table_that_pg_dump_cannot_read_is_refused(string pattern, string part)
    {
        AssertProblem(new() { IncludeTables = pattern }, "IncludeTables", part);
        AssertProblem(new() { ExcludeTables = pattern }, "ExcludeTables", part);
        AssertProblem(new() { ExcludeTableData = pattern }, "ExcludeTableData", part);
    }

    [Fact]
    public void Too_many_or_too_long_patterns_are_refused()
    {
        AssertProblem(new() { ExcludeTables = string.Join('\n', Enumerable.Range(0, 201)) }, "ExcludeTables", "At most 200");
        AssertProblem(new() { ExcludeTables = new string('x', 301) }, "ExcludeTables", "too long");
    }

    [Fact]
    public void Of_a_whole_server_something_can_only_be_left_out()
    {
        AssertProblem(new() { Scope = SourceScope.Server, IncludeSchemas = "sales" }, "IncludeSchemas", "name only what to leave out");
        AssertProblem(new() { Scope = SourceScope.Server, IncludeTables = "sales.orders" }, "IncludeTables", "name only what to leave out");
    }

    [Fact]
    public void Schemas_to_which_pg_dump_would_pay_no_attention_are_refused()
    {
        AssertProblem(new() { IncludeTables = "a.b", IncludeSchemas = "c" }, "IncludeTables", "pays no attention");
        AssertProblem(new() { IncludeTables = "a.*", ExcludeSchemas = "a" }, "IncludeTables", "pays no attention");
    }

    private static void AssertProblem(DumpSelectionInput input, string field, string part) =>
        Assert.Contains(part, Assert.Contains($"Selection.{field}", Read(input).Problems), StringComparison.Ordinal);

    private static (DumpSelection Selection, Dictionary<string, string> Problems) Read(DumpSelectionInput input)
    {
        var problems = new Dictionary<string, string>();
        return (new PostgresForm().ReadSelection(input, problems), problems);
    }
}
