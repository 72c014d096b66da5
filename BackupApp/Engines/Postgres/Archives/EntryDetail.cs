namespace BackupApp.Engines.Postgres.Archives;

/// <summary>How much of each entry is kept.</summary>
/// <param name="Definition">Bytes of its SQL, by the entry's kind and tag; what is longer is cut, and 0 keeps none.</param>
/// <param name="Dependencies">Whether those are kept.</param>
internal sealed record EntryDetail(Func<string, string?, int> Definition, bool Dependencies);
