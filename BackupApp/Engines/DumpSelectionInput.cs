namespace BackupApp.Engines;

/// <summary>What of a data source is to be backed up, as entered. Lists have one name per line.</summary>
public sealed partial class DumpSelectionInput
{
    public SourceScope Scope { get; set; }

    public static DumpSelectionInput From(DumpSelection selection)
    {
        var input = new DumpSelectionInput { Scope = selection.Scope };
        input.ShowPostgres(selection);
        input.ShowMongo(selection);
        return input;
    }

    /// <summary>The selection; what cannot be is noted in <paramref name="problems"/> under <c>Selection.…</c>.</summary>
    internal DumpSelection Read(Engine engine, Dictionary<string, string> problems) =>
        engine == Engine.Postgres ? ReadPostgres(problems) : ReadMongo(problems);
}
