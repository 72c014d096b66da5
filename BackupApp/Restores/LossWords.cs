using BackupApp.Inventories.Changes;

namespace BackupApp.Restores;

/// <summary>Why somebody wants the backup before a loss, in words.</summary>
public static class LossWords
{
    /// <summary><c>last before orders lost its rows</c>; null where nothing is known to be lost.</summary>
    public static string? Before(IReadOnlyList<ContentWarning> warnings)
    {
        if (warnings.Count == 0)
            return null;
        // A table says more than a sum.
        var first = warnings.FirstOrDefault(w => w.Table.Length > 0) ?? warnings[0];
        var others = warnings.Count > 1 ? $", and {warnings.Count - 1} more" : "";
        return $"last before {Of(first)}{others}";
    }

    private static string Of(ContentWarning warning)
    {
        var table = ChangeSentence.Name(warning.Schema, warning.Table);
        return warning.Rule switch
        {
            WarningRule.TableEmptied => $"{table} lost its rows",
            WarningRule.TableGone => $"{table} was gone",
            WarningRule.TableShrank => $"{table} lost rows",
            WarningRule.ExtensionsChanged => "the extensions changed",
            WarningRule.RowsFell => "rows were lost",
            WarningRule.DatabaseGone => $"{table} was gone",
            WarningRule.ArchiveNotUnderstood => "the archive made no sense",
            _ => "data was lost",
        };
    }
}
