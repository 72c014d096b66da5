namespace BackupApp.Engines;

/// <summary>The engines of this program, by kind.</summary>
public sealed class EngineCatalog(IEnumerable<IEngine> engines)
{
    private readonly Dictionary<Engine, IEngine> _byKind = engines.ToDictionary(e => e.Kind);

    public IEngine Of(Engine kind) => _byKind[kind];

    /// <summary>Whose URI it is, by its scheme; null for none of them.</summary>
    public Engine? OfUri(string? uri) =>
        uri?.Trim() is { } text && _byKind.Values.FirstOrDefault(e => e.Form.Takes(text)) is { } engine ? engine.Kind : null;

    /// <summary>Null where the kind is not known.</summary>
    public IEngineForm? FormOf(Engine? kind) => kind is { } known ? Of(known).Form : null;
}
