using BackupApp.DataSources;

namespace BackupApp.Engines.Postgres;

/// <summary>Reads what was entered of a PostgreSQL connection, its certificates apart.</summary>
internal static class PostgresInput
{
    private const int MaxIdentifier = 255;

    /// <param name="stored">The connection as it is now, whose further parameters stay; null for a new source.</param>
    /// <returns>Null with every problem noted.</returns>
    public static DatabaseConnection? Read(DataSourceInput input, DatabaseConnection? stored, Dictionary<string, string> problems) =>
        input.Mode == CredentialMode.ConnectionUri ? ReadUri(input, problems) : ReadFields(input, stored, problems);

    private static DatabaseConnection? ReadUri(DataSourceInput input, Dictionary<string, string> problems)
    {
        var result = PostgresUri.Parse(input.Uri);
        if (result.Ok)
            return result.Parts.ToConnection();
        problems[nameof(DataSourceInput.Uri)] = string.Join(' ', result.Problems.Select(p => p.Key == "uri" ? p.Value : $"{p.Key}: {p.Value}"));
        return null;
    }

    private static DatabaseConnection? ReadFields(DataSourceInput input, DatabaseConnection? stored, Dictionary<string, string> problems)
    {
        var before = problems.Count;
        var host = HostRules.Normalize(input.Host, out var hostProblem);
        if (host is null)
            problems[nameof(DataSourceInput.Host)] = hostProblem!;
        if (input.Port is not (>= 1 and <= 65535))
            problems[nameof(DataSourceInput.Port)] = "The port is a number from 1 to 65535; PostgreSQL's own is 5432.";
        CheckIdentifier(nameof(DataSourceInput.Database), input.Database, "database", problems);
        CheckIdentifier(nameof(DataSourceInput.Username), input.Username, "user", problems);
        if (input.Password?.Contains('\0', StringComparison.Ordinal) == true)
            problems[nameof(DataSourceInput.Password)] = "A password cannot hold a NUL character.";
        foreach (var (name, value) in input.Parameters ?? [])
        {
            if (PostgresUriParameters.ProblemBesideFields(name, value) is { } problem)
                problems[$"{nameof(DataSourceInput.Parameters)}.{name}"] = problem;
        }

        var security = ReadSecurity(input, stored);
        if (input.TlsMode is not null && PostgresSecurity.Problem(security) is { } contradiction)
            problems[nameof(DataSourceInput.TlsMode)] = contradiction;
        return problems.Count > before
            ? null
            : new DatabaseConnection(
                Engine.Postgres, host!, input.Port!.Value, input.Database!, input.Username!, security,
                input.Parameters ?? stored?.Parameters ?? new Dictionary<string, string>(), new(DataSourceInput.Text(input.Password)))
            { ChoosesTls = input.TlsMode is null };
    }

    // What has no field in the form stays as it is, but for what an unencrypted connection cannot have.
    private static ConnectionSecurity ReadSecurity(DataSourceInput input, DatabaseConnection? stored)
    {
        var mode = input.TlsMode ?? TlsMode.Prefer;
        var (binding, negotiation) = mode == TlsMode.Disable ? (null, null) : (stored?.Security.ChannelBinding, stored?.Security.Negotiation);
        return new(mode) { ChannelBinding = input.ChannelBinding ?? binding ?? ChannelBinding.Prefer, Negotiation = input.TlsNegotiation ?? negotiation ?? TlsNegotiation.Postgres };
    }

    private static void CheckIdentifier(string field, string? value, string what, Dictionary<string, string> problems)
    {
        if (string.IsNullOrEmpty(value) || value.Length > MaxIdentifier || value.Any(char.IsControl))
            problems[field] = $"Give the name of the {what}.";
    }
}
