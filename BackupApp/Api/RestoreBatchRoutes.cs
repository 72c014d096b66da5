using BackupApp.Accounts;
using BackupApp.Api.Requests;
using BackupApp.Errors;
using BackupApp.Restores;
using BackupApp.Restores.Batches;

namespace BackupApp.Api;

/// <summary><c>/restores/batch</c>: several databases, one after another.</summary>
internal static class RestoreBatchRoutes
{
    public static void MapRestoreBatches(this RouteGroupBuilder api)
    {
        var group = api.MapGroup("/restores/batch").WithTags("Restores").WithMetadata(new ChecksDataSourceAttribute());
        group.MapPost("", CreateAsync).Idempotent().Produces<RestoreBatchResponse>(201)
            .Describe("createRestoreBatch", "Restore several databases",
                "One after another, in the order given: all of them are queued, or none. Probe the targets first, each with "
                    + "`POST /restores/target-probe`. One that fails does not stop those after it.", 409);
        group.MapGet("/{id}", GetAsync).Produces<RestoreBatchResponse>()
            .Describe("getRestoreBatch", "Get the restores of a batch", "In the order in which they run.", 404);
        group.MapPost("/{id}/cancel", CancelAsync).Produces<RestoreBatchResponse>(202)
            .Describe("cancelRestoreBatch", "Cancel the rest of a batch",
                "Those that have not begun. The one that runs goes on; cancel it by itself.", 404);
    }

    private static async Task<IResult> CreateAsync(
        JsonBody<CreateRestoreBatchRequest> body, BatchRows rows, StartBatch start, BatchReader batches, HttpContext context,
        CancellationToken cancellationToken)
    {
        var request = body.Value;
        var asked = request.Restores ?? [];
        if (Array.FindIndex(asked, i => i?.DataSourceId is null) is var nameless && nameless >= 0)
            throw new InvalidRequestException($"restores[{nameless}].dataSourceId", "Say which data source.");
        if (asked.Any(i => i.DataSourceId is { } source && !context.User.CanReach(source)))
            return ApiProblem.Forbidden("This token is limited to other data sources.");
        if (asked.Length > BatchInput.Most)
            throw new InvalidRequestException("restores", $"At most {BatchInput.Most} at once.");
        var (items, fields) = await ReadAsync(request, asked, rows, cancellationToken);
        var input = new BatchInput
        {
            Items = items,
            IsBeside = string.IsNullOrWhiteSpace(request.TargetUri),
            TargetUri = request.TargetUri,
            GoOnPastErrors = request.GoOnPastErrors == true,
        };
        try
        {
            var id = await start.RunAsync(input, cancellationToken);
            return context.Created(
                $"/restores/batch/{id}", RestoreBatchResponse.Of((await batches.ReadAsync(id, cancellationToken))!));
        }
        catch (InvalidInputException e)
        {
            throw new InvalidRequestException(e.Problems.ToDictionary(p => Name(p.Key, fields), p => p.Value));
        }
    }

    /// <summary>What was asked for, and of each item the name of what it came from.</summary>
    private static async Task<(List<BatchItem> Items, List<string> Fields)> ReadAsync(
        CreateRestoreBatchRequest request, BatchItemRequest[] asked, BatchRows rows, CancellationToken cancellationToken)
    {
        var isBeside = string.IsNullOrWhiteSpace(request.TargetUri);
        var newest = asked.Where(i => i.SourceBackupId is null).Select(i => i.DataSourceId!.Value).Distinct().ToList();
        var found = (await rows.ReadAsync(newest, isBeside, cancellationToken)).ToLookup(r => r.Source.Id);
        var (items, fields) = (new List<BatchItem>(), new List<string>());
        foreach (var (number, item) in asked.Index())
        {
            IEnumerable<BatchRow> of = item.SourceBackupId is { } backup
                ? await rows.ReadAsync(item.DataSourceId!.Value, backup, item.ArtifactId, isBeside, cancellationToken)
                : found[item.DataSourceId!.Value];
            var read = of.Select(r => new BatchItem(r.Source.Id, r.Piece?.BackupId, r.Piece?.ArtifactId, r.TargetDatabase)).ToList();
            if (read.Count == 0)
                read.Add(new(item.DataSourceId.Value, item.SourceBackupId, item.ArtifactId, item.TargetDatabase));
            if (read.Count == 1 && item.TargetDatabase is { } name)
                read[0] = read[0] with { TargetDatabase = name };
            items.AddRange(read);
            fields.AddRange(read.Select(_ => $"restores[{number}]"));
        }

        return (items, fields);
    }

    private static string Name(string field, List<string> items)
    {
        if (field.IndexOf(']', StringComparison.Ordinal) is var end && end < 0)
            return field == nameof(BatchInput.Items) ? "restores" : FieldNames.None.Of(field);
        var number = int.Parse(field["Items[".Length..end], System.Globalization.CultureInfo.InvariantCulture);
        return $"{items[number]}.{FieldNames.None.Of(field[(end + 2)..])}";
    }

    private static async Task<RestoreBatchResponse> GetAsync(
        Guid id, BatchReader batches, HttpContext context, CancellationToken cancellationToken) =>
        RestoreBatchResponse.Of(await FindAsync(id, batches, context, cancellationToken));

    private static async Task<IResult> CancelAsync(
        Guid id, BatchReader batches, CancelRestore cancel, HttpContext context, CancellationToken cancellationToken)
    {
        await FindAsync(id, batches, context, cancellationToken);
        await cancel.RestOfBatchAsync(id, cancellationToken);
        var batch = await FindAsync(id, batches, context, cancellationToken);
        return TypedResults.Json(RestoreBatchResponse.Of(batch), statusCode: StatusCodes.Status202Accepted);
    }

    private static async Task<RestoreBatch> FindAsync(
        Guid id, BatchReader batches, HttpContext context, CancellationToken cancellationToken) =>
        await batches.ReadAsync(id, cancellationToken) is { } batch && batch.Rows.All(r => context.User.CanReach(r.DataSourceId))
            ? batch
            : throw new NotFoundException("batch of restores");
}
