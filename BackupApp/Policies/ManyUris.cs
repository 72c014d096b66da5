using BackupApp.DataSources;
using BackupApp.Engines;
using BackupApp.Errors;

namespace BackupApp.Policies;

/// <summary>
/// Many databases by their URIs, a line each: all are tried, and those that work are protected by the same terms. Each is made whole or
/// not at all; one that fails keeps no other from it.
/// </summary>
public sealed class ManyUris(EngineCatalog engines, NewConnections connections, StartProtection start)
{
    /// <summary>Lines of one request.</summary>
    public const int Most = 100;

    private const int AtOnce = 8;

    /// <summary>The lines that hold something, each once.</summary>
    /// <exception cref="InvalidInputException">There is none, or there are too many.</exception>
    public static IReadOnlyList<string> Lines(string? text)
    {
        var lines = (text ?? "").Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Distinct(StringComparer.Ordinal)
            .ToList();
        return lines.Count switch
        {
            0 => throw new InvalidInputException(nameof(DataSourceInput.Uri), "Paste at least one URI."),
            > Most => throw new InvalidInputException(
                nameof(DataSourceInput.Uri), $"These are {lines.Count} lines. Paste at most {Most} at a time."),
            _ => lines,
        };
    }

    /// <summary>Tries all of them, several at a time; nothing is saved.</summary>
    public async Task<IReadOnlyList<TriedUri>> TryAsync(IReadOnlyList<string> lines, CancellationToken cancellationToken)
    {
        var tried = new TriedUri[lines.Count];
        var options = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken };
        await Parallel.ForAsync(
            0, lines.Count, options, async (i, token) => tried[i] = await TryAsync(i + 1, Input(lines[i]), token));
        return tried;
    }

    /// <summary>Protects those that work, in their order; a new policy is made once, with the first.</summary>
    /// <param name="terms">They name that policy afterwards.</param>
    /// <exception cref="InvalidInputException">The terms are wrong, whatever the URIs are.</exception>
    public async Task<IReadOnlyList<TriedUri>> ProtectAsync(
        IReadOnlyList<string> lines, ProtectTerms terms, bool runsNow, CancellationToken cancellationToken)
    {
        terms.Check();
        var tried = await TryAsync(lines, cancellationToken);
        var made = new List<TriedUri>();
        foreach (var uri in tried)
            made.Add(uri.Works ? await ProtectAsync(uri, Input(lines[uri.Line - 1]), terms, runsNow, cancellationToken) : uri);
        return made;
    }

    private async Task<TriedUri> ProtectAsync(
        TriedUri uri, DataSourceInput input, ProtectTerms terms, bool runsNow, CancellationToken cancellationToken)
    {
        try
        {
            var made = await start.RunAsync(input, terms, runsNow, cancellationToken);
            terms.PolicyId = made.PolicyId;
            return uri with { Made = made };
        }
        catch (InvalidInputException e)
        {
            return uri with { Problem = string.Join(' ', e.Problems.Values) };
        }
        catch (Exception e) when (e is ConflictException or NotFoundException)
        {
            return uri with { Problem = e.Message };
        }
    }

    private async Task<TriedUri> TryAsync(int line, DataSourceInput input, CancellationToken cancellationToken)
    {
        try
        {
            var found = await connections.TryAsync(input, cancellationToken);
            var result = found.Result;
            return new TriedUri(line, $"{found.Connection}", result.Ok ? null : $"{result.Message} {result.Advice}".TrimEnd())
            {
                Server = result.Server?.Version,
            };
        }
        catch (InvalidInputException e)
        {
            return new TriedUri(line, null, string.Join(' ', e.Problems.Values));
        }
    }

    private DataSourceInput Input(string uri) =>
        new() { Mode = CredentialMode.ConnectionUri, Uri = uri, Engine = engines.OfUri(uri) ?? Engine.Postgres };
}

/// <summary>What became of one of many URIs. It holds no secret.</summary>
/// <param name="Line">From 1, without the empty ones.</param>
/// <param name="Place">User, server and database; null where the URI cannot be read.</param>
/// <param name="Problem">Why nothing was made of it; null where it works.</param>
public sealed record TriedUri(int Line, string? Place, string? Problem)
{
    public bool Works => Problem is null;

    public string? Server { get; init; }

    /// <summary>Null until it is protected.</summary>
    public StartedProtection? Made { get; init; }
}
