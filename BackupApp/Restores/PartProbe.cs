using BackupApp.Engines;
using BackupApp.Engines.Restores;

namespace BackupApp.Restores;

/// <summary>What a look at the target found for one part of a whole server.</summary>
/// <param name="Checks">Without those that are the same for all parts.</param>
public sealed record PartProbe(Guid ArtifactId, ArtifactKind Kind, string Database, IReadOnlyList<TargetCheck> Checks)
{
    public bool Ok => Checks.All(c => c.State != CheckState.Bad);
}

/// <param name="Target">What is the same for all parts; not well where any part is not.</param>
public sealed record ServerProbe(TargetProbe Target, IReadOnlyList<PartProbe> Parts)
{
    /// <summary>Looks at the target once for each part.</summary>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public static async Task<ServerProbe> RunAsync(
        IEngineRestore engine, IReadOnlyList<PartOrder> parts, CancellationToken cancellationToken)
    {
        var found = new List<(PartOrder Part, TargetProbe Probe)>();
        foreach (var part in parts)
        {
            var probe = await engine.ProbeAsync(part.Order, cancellationToken);
            if (probe.ServerVersion is null)
                return new(probe, []);
            found.Add((part, probe));
        }

        return Of(found);
    }

    /// <param name="found">At least one; each has met the server.</param>
    internal static ServerProbe Of(IReadOnlyList<(PartOrder Part, TargetProbe Probe)> found)
    {
        // Roles ask the server for less than databases do.
        var databases = found.Where(f => f.Part.Order.Dump.Kind == ArtifactKind.Database).DefaultIfEmpty(found[0]);
        var common = databases.Select(f => f.Probe.Checks).Aggregate((all, next) => [.. all.Intersect(next)]);
        var parts = found.Select(f => new PartProbe(
            f.Part.ArtifactId, f.Part.Order.Dump.Kind, f.Part.Order.Dump.Name, [.. f.Probe.Checks.Except(common)])).ToList();
        var target = TargetProbe.Of(common, found[0].Probe.ServerVersion);
        if (!target.Ok || parts.Find(p => !p.Ok) is not { } refused)
            return new(target, parts);
        var bad = refused.Checks.First(c => c.State == CheckState.Bad);
        var others = parts.Count(p => !p.Ok) - 1;
        var message = $"{refused.Database}: {bad.Text}{(others > 0 ? $" ({others} more are in the way.)" : "")}";
        return new(target with { Ok = false, Code = bad.Code, Message = message }, parts);
    }
}

/// <summary>What a part's restore is to the engine.</summary>
public sealed record PartOrder(Guid ArtifactId, RestoreOrder Order);
