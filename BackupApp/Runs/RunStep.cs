namespace BackupApp.Runs;

/// <summary>"orders, 3 of 41 tables".</summary>
/// <param name="Name">Of a table; with its database where there are several.</param>
/// <param name="Number">From 1.</param>
public sealed record RunStep(string Name, int Number, int Total);
