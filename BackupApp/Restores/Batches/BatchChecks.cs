using BackupApp.Engines.Restores;

namespace BackupApp.Restores.Batches;

/// <summary>What is found of a batch without asking a server.</summary>
public static class BatchChecks
{
    public static TargetProbe Refusal(string why) => TargetProbe.Of([new("not_possible", CheckState.Bad, why)], null);

    /// <summary>Those that would get a name that another of the batch gets at the same server cannot be restored so.</summary>
    /// <param name="probes">In the order of the items.</param>
    public static IReadOnlyList<TargetProbe> WithoutDoubles(BatchInput input, IReadOnlyList<TargetProbe> probes)
    {
        // Beside its own each goes to a server of its own, as far as is known here; the same source twice goes to one.
        var names = input.Items.Select(i => (Server: input.IsBeside ? i.DataSourceId : Guid.Empty, Name: i.TargetDatabase)).ToList();
        return [.. probes.Select((probe, i) => names.IndexOf(names[i]) == i ? probe : Doubled(probe, names[i].Name))];
    }

    private static TargetProbe Doubled(TargetProbe probe, string? name) => TargetProbe.Of(
        [.. probe.Checks, new("name_taken", CheckState.Bad, $"Another of them becomes {name} already.", "Give it another name.")],
        probe.ServerVersion);
}
