namespace BackupApp.Engines;

/// <summary>The engines of this program, by kind.</summary>
public sealed class EngineCatalog(IEnumerable<IEngine> engines)
{
    private readonly Dictionary<Engine, IEngine> _byKind = engines.ToDictionary(e => e.Kind);

    public IEngine Of(Engine kind) => _byKind[kind];

    /// <summary>Null where the kind is not known.</summary>
    public IEngineForm? FormOf(Engine? kind) => kind is { } known ? Of(known).Form : null;
}
