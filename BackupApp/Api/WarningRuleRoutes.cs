using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using BackupApp.Api.Requests;
using BackupApp.Data;
using BackupApp.Inventories.Changes;
using BackupApp.Stored;

namespace BackupApp.Api;

/// <summary>From when on changes of one source's contents are worth a warning.</summary>
internal static class WarningRuleRoutes
{
    public static void MapWarningRules(this RouteGroupBuilder api)
    {
        var group = api.MapGroup("/datasources/{datasourceId}").WithTags("Data sources");
        group.MapGet("/warning-rules", GetAsync).Produces<WarningRulesResponse>()
            .Describe("getWarningRules", "When changes of its contents are a warning", "The defaults where nobody has set any.", 404);
        group.MapPatch("/warning-rules", SetAsync).Produces<WarningRulesResponse>()
            .Describe("setWarningRules", "Set when changes of its contents are a warning", "What is left out stays as it is.", 404, 409);
    }

    private static async Task<WarningRulesResponse> GetAsync(
        Guid datasourceId, AppDbContext db, SetWarningRules rules, CancellationToken cancellationToken)
    {
        await DataSourceRoutes.FindAsync(db, datasourceId, cancellationToken);
        return Of(await rules.ReadAsync(datasourceId, cancellationToken));
    }

    private static async Task<WarningRulesResponse> SetAsync(
        Guid datasourceId,
        JsonBody<WarningRulesRequest> body,
        AppDbContext db,
        SetWarningRules rules,
        CancellationToken cancellationToken)
    {
        await DataSourceRoutes.FindAsync(db, datasourceId, cancellationToken);
        var asked = body.Value;
        var now = await rules.ReadAsync(datasourceId, cancellationToken);
        now.LostTables = asked.LostTables ?? now.LostTables;
        now.RowsFallPercent = asked.RowsFallPercent ?? now.RowsFallPercent;
        now.BytesFallPercent = asked.BytesFallPercent ?? now.BytesFallPercent;
        now.TableRowsFallPercent = asked.TableRowsFallPercent ?? now.TableRowsFallPercent;
        now.SmallestRows = asked.SmallestRows ?? now.SmallestRows;
        now.Extensions = asked.Extensions ?? now.Extensions;
        await rules.RunAsync(datasourceId, now, cancellationToken);
        return Of(now);
    }

    private static WarningRulesResponse Of(WarningRules rules) => new(
        rules.LostTables,
        rules.RowsFallPercent,
        rules.BytesFallPercent,
        rules.TableRowsFallPercent,
        rules.SmallestRows,
        rules.Extensions);
}

/// <summary>When a change is a warning. 0 % is no such rule.</summary>
public sealed record WarningRulesResponse(
    bool LostTables, int RowsFallPercent, int BytesFallPercent, int TableRowsFallPercent, int SmallestRows, bool Extensions);

public sealed class WarningRulesRequest
{
    [Description("A table that had rows is gone or empty.")]
    public bool? LostTables { get; init; }

    [Description("All rows fall by so many percent.")]
    [Range(0, 100)]
    public int? RowsFallPercent { get; init; }

    [Description("All bytes fall by so many percent.")]
    [Range(0, 100)]
    public int? BytesFallPercent { get; init; }

    [Description("One table's rows fall by so many percent.")]
    [Range(0, 100)]
    public int? TableRowsFallPercent { get; init; }

    [Description("Falls of fewer rows than this are no warning.")]
    [Range(1, 1_000_000_000)]
    public int? SmallestRows { get; init; }

    [Description("The extensions changed.")]
    public bool? Extensions { get; init; }
}
