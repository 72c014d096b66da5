namespace BackupApp.Engines;

/// <summary>How a connection to one kind of server is entered, by fields or as a URI, and what of it is backed up.</summary>
public interface IEngineForm
{
    /// <summary>Reads what was entered, its certificates apart; null with every problem noted under the name of its field.</summary>
    /// <param name="stored">The connection as it is now; null for a new source.</param>
    DatabaseConnection? ReadConnection(ConnectionInput input, DatabaseConnection? stored, Dictionary<string, string> problems);

    /// <summary>Reads what is to be backed up; what cannot be is noted in <paramref name="problems"/> under <c>Selection.…</c>.</summary>
    DumpSelection ReadSelection(DumpSelectionInput input, Dictionary<string, string> problems);

    /// <summary>Fills the fields with what can be shown of a stored connection: everything but its secrets.</summary>
    void Show(DatabaseConnection stored, ConnectionInput input);

    /// <summary>Whether a URI is for this kind of server, by its scheme; it may have any other fault.</summary>
    bool Takes(string uri);

    /// <summary>Where a person who uses the single fields types the password.</summary>
    string PasswordField { get; }
}
