using System.Diagnostics;
using System.Security.Cryptography;
using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.Engines;
using BackupApp.Engines.Restores;
using BackupApp.Errors;
using Microsoft.Extensions.Options;

namespace BackupApp.Restores;

/// <summary>Looks at a target before anything happens there.</summary>
public sealed class RestoreProbes(
    AppDbContext db, RestorePlans plans, RestoreTargets targets, EngineCatalog engines, DumpLook look, IOptions<BackupOptions> options)
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestPart = TimeSpan.FromSeconds(2);

    /// <param name="input">Without a backup the source's newest good one counts.</param>
    /// <exception cref="InvalidInputException"/>
    public async Task<RestoreProbe> RunAsync(RestoreInput input, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        if (OtherEngine(input.TargetUri, await plans.EngineAsync(input, cancellationToken)) is { } mismatch)
            return new(TargetProbe.Of([mismatch], null), null, TimeSpan.Zero);
        var plan = await plans.ReadTargetAsync(input, cancellationToken);
        if (plan is null)
            return new(TargetProbe.Of(
                [new("no_backup", CheckState.Bad, "This data source has no backup that could be restored.")], null), null, TimeSpan.Zero);
        IReadOnlyList<PartProbe> parts = [];
        var probe = await WithinAsync(
            plan,
            async token =>
            {
                if (!plan.IsWholeServer)
                    return await ProbeAsync(plan, token);
                (var target, parts) = await ProbeServerAsync(plan, token);
                return target;
            },
            cancellationToken);
        return new(probe, plan, Stopwatch.GetElapsedTime(started)) { Parts = parts };
    }

    private async Task<ServerProbe> ProbeServerAsync(RestorePlan plan, CancellationToken cancellationToken)
    {
        var orders = new PartOrders(
            Guid.CreateVersion7(), await targets.ConnectionAsync(plan, cancellationToken),
            plan.Parts.Any(p => p.Kind == ArtifactKind.Globals), plan.GoOnPastErrors, options.Value.StallTimeout);
        var bytes = PartOrders.Bytes(plan.Parts.Select(p => p.BytesRead));
        var parts = new List<PartOrder>();
        foreach (var part in plan.Parts)
            parts.Add(orders.ToProbe(part, await ClaimedRestore.DumpedAsync(db, plan.Backup, part, cancellationToken), bytes));
        return await ServerProbe.RunAsync(engines.Of(plan.Source.Engine).Restore, parts, cancellationToken);
    }

    private async Task<TargetProbe> ProbeAsync(RestorePlan plan, CancellationToken cancellationToken)
    {
        var order = new RestoreOrder(
            Guid.CreateVersion7(), plan.Mode, await targets.ConnectionAsync(plan, cancellationToken), plan.Database,
            await ClaimedRestore.DumpedAsync(db, plan.Backup, plan.Artifact, cancellationToken))
        {
            Selection = plan.Selection,
            GoOnPastErrors = plan.GoOnPastErrors,
            Stall = options.Value.StallTimeout,
        };
        var probe = await engines.Of(plan.Source.Engine).Restore.ProbeAsync(order, cancellationToken);
        if (await StartRestore.FindOwnerAsync(db, plan, cancellationToken) is { } owner)
            probe = With(probe, Owned(plan, owner.Name));
        return TargetProbe.Of([.. probe.Checks, .. await look.RunAsync(plan, cancellationToken)], probe.ServerVersion);
    }

    private static async Task<TargetProbe> WithinAsync(
        RestorePlan plan, Func<CancellationToken, Task<TargetProbe>> probe, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Longest + (plan.Parts.Count * LongestPart));
        try
        {
            return await probe(limit.Token);
        }
        catch (ConnectException e)
        {
            return TargetProbe.Of([new(e.FailureCode, CheckState.Bad, e.Message, e.Advice)], null);
        }
        catch (CryptographicException)
        {
            return TargetProbe.Of(
                [new("decrypt_failed", CheckState.Bad, "The stored credentials could not be decrypted.", "Enter them again.")], null);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return TargetProbe.Of([new("timeout", CheckState.Bad, "The target did not answer all questions in time.", "Try again.")], null);
        }
    }

    private static TargetCheck Owned(RestorePlan plan, string owner) => new(
        "registered_source",
        CheckState.Note,
        $"{plan.Database} is the database of the data source {owner}.",
        plan.Mode == RestoreMode.NewDatabase ? null : "Its name has to be typed to go on.");

    private static TargetProbe With(TargetProbe probe, TargetCheck check) => probe with { Checks = [.. probe.Checks, check] };

    private static TargetCheck? OtherEngine(string? uri, Engine? engine)
    {
        var scheme = uri?.Trim().Split("://")[0].ToLowerInvariant();
        Engine? named = scheme switch
        {
            "postgres" or "postgresql" => Engine.Postgres,
            "mongodb" or "mongodb+srv" => Engine.Mongodb,
            _ => null,
        };
        return named is null || engine is null || named == engine
            ? null
            : new(
                "engine_mismatch",
                CheckState.Bad,
                "The target is another kind of database than the backup.",
                "Give a server of the same kind.");
    }
}

/// <param name="Plan">Null where there is nothing to restore.</param>
/// <param name="Latency">Of the whole look.</param>
public sealed record RestoreProbe(TargetProbe Target, RestorePlan? Plan, TimeSpan Latency)
{
    /// <summary>Of a whole server, a look for each of its parts.</summary>
    public IReadOnlyList<PartProbe> Parts { get; init; } = [];
}
