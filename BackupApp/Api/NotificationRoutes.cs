using BackupApp.Alerts;
using BackupApp.Api.Requests;
using BackupApp.Data;
using BackupApp.Errors;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Api;

/// <summary><c>/notifications</c>: the contract's settings, and the channels that they and others are made of.</summary>
internal static class NotificationRoutes
{
    private static readonly FieldNames Contract = new(
        (nameof(ChannelKind.Email), "alertEmails"),
        (nameof(ChannelKind.Slack), "slackWebhookUrl"),
        (nameof(ChannelKind.Webhook), "webhookUrl"));

    private static readonly FieldNames Fields = FieldNames.None;

    public static void MapNotifications(this RouteGroupBuilder api)
    {
        var group = api.MapGroup("/notifications").WithTags("Notifications");
        group.MapGet("/settings", GetAsync).Produces<NotificationSettingsResponse>()
            .Describe(
                "getNotificationSettings", "Get notification settings",
                "One list of mails, one Slack and one webhook. The Slack address is shortened.");
        group.MapPut("/settings", PutAsync).Produces<NotificationSettingsResponse>()
            .Describe(
                "putNotificationSettings", "Set notification settings",
                "What is left out is off; without `webhookSecret` the stored one is kept.", 409);
        group.MapPost("/test", TestAsync).Produces<NotificationTestResponse>()
            .Describe("testNotifications", "Send a test alert", "Through every channel of the settings.");
        group.MapGet("/channels", ListAsync).Produces<ChannelResponse[]>().Describe(
            "listChannels", "List channels", "By name, without their secrets.");
        group.MapPost("/channels", CreateAsync).Idempotent().Produces<NewChannelResponse>(201)
            .Describe("createChannel", "Add a channel", "The signing secret of a webhook is in the answer and shown nowhere else.", 409);
        group.MapGet("/channels/{id}", FindAsync).Produces<ChannelResponse>()
            .Describe("getChannel", "Get a channel", "With the ETag that `PATCH` takes as If-Match.", 404);
        group.MapPatch("/channels/{id}", UpdateAsync).Produces(204)
            .Describe("updateChannel", "Change a channel", "What is left out stays as it is, secrets too.", 404, 409, 412);
        group.MapDelete("/channels/{id}", DeleteAsync).Produces(204)
            .Describe("deleteChannel", "Delete a channel", "What waits for it is not sent any more.", 404, 409);
        group.MapPost("/channels/{id}/test", TestOneAsync).Produces<NotificationTestResult>()
            .Describe(
                "testChannel", "Send a test through a channel",
                "The answer is the other side's. That it arrived shows only the link in it.", 404);
        group.MapPost("/channels/{id}/rotate-secret", RotateAsync).Produces<SigningSecretResponse>()
            .Describe("rotateSigningSecret", "Make a new signing secret", "The old one signs beside it until the next rotation.", 404, 409);
        group.MapGet(
            "/deliveries",
            DeliveriesAsync).Produces<ListPage<DeliveryResponse>>().Describe("listDeliveries", "List deliveries", "Newest first.");
        group.MapPost("/deliveries/{id}/send-again", AgainAsync).Produces<NotificationTestResult>()
            .Describe("sendAgain", "Send a message again", "Under its old id, by which receivers know it.", 404);
    }

    private static async Task<NotificationSettingsResponse> GetAsync(ContractSettings settings, CancellationToken cancellationToken) =>
        NotificationSettingsResponse.Of(await settings.ReadAsync(cancellationToken));

    private static async Task<NotificationSettingsResponse> PutAsync(
        JsonBody<NotificationSettingsRequest> body, ContractSettings settings, CancellationToken cancellationToken)
    {
        var input = body.Value.ToInput();
        await Contract.NameAsync(async () =>
        {
            await settings.WriteAsync(input, cancellationToken);
            return true;
        });
        return NotificationSettingsResponse.Of(await settings.ReadAsync(cancellationToken));
    }

    private static async Task<NotificationTestResponse> TestAsync(
        ContractSettings settings, ChannelTests tests, CancellationToken cancellationToken)
    {
        var results = new List<NotificationTestResult>();
        foreach (var (kind, channel) in await settings.ChannelsAsync(cancellationToken))
            results.Add(NotificationTestResult.Of(kind.ToSnakeCase(), await tests.SendAsync(channel.Id, null, cancellationToken)));
        return new NotificationTestResponse(results);
    }

    private static async Task<IReadOnlyList<ChannelResponse>> ListAsync(AppDbContext db, CancellationToken cancellationToken) =>
        [.. (await db.Set<AlertChannel>().AsNoTracking().OrderBy(c => c.Name).ToListAsync(cancellationToken)).Select(ChannelResponse.Of)];

    private static async Task<ChannelResponse> FindAsync(
        Guid id, ChannelEditor editor, HttpContext context, CancellationToken cancellationToken)
    {
        var channel = await editor.FindAsync(id, cancellationToken);
        context.Tag(channel.Version);
        return ChannelResponse.Of(channel);
    }

    private static async Task<IResult> CreateAsync(
        JsonBody<CreateChannelRequest> body, ChannelEditor editor, HttpContext context, CancellationToken cancellationToken)
    {
        var request = body.Value;
        var input = new ChannelInput { Kind = request.Kind!.Value, WeeklyReport = request.Kinds is null or [] };
        request.Apply(input);
        var (channel, secret) = await Fields.NameAsync(() => editor.CreateAsync(input, cancellationToken));
        return context.Created($"/notifications/channels/{channel.Id}", new NewChannelResponse(channel.Id, secret));
    }

    private static async Task<IResult> UpdateAsync(
        Guid id, JsonBody<UpdateChannelRequest> body, ChannelEditor editor, HttpContext context, CancellationToken cancellationToken)
    {
        var channel = await editor.FindAsync(id, cancellationToken);
        var version = context.RequireMatch(channel.Version);
        var input = ChannelInput.Of(channel);
        body.Value.Apply(input);
        await Fields.NameAsync(() => editor.UpdateAsync(id, version, input, cancellationToken));
        return TypedResults.NoContent();
    }

    private static async Task<IResult> DeleteAsync(Guid id, ChannelEditor editor, CancellationToken cancellationToken)
    {
        await editor.DeleteAsync(id, cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<NotificationTestResult> TestOneAsync(
        Guid id, ChannelEditor editor, ChannelTests tests, CancellationToken cancellationToken)
    {
        var channel = await editor.FindAsync(id, cancellationToken);
        return NotificationTestResult.Of(channel.Kind.ToSnakeCase(), await tests.SendAsync(id, null, cancellationToken));
    }

    private static async Task<SigningSecretResponse> RotateAsync(Guid id, ChannelEditor editor, CancellationToken cancellationToken) =>
        new(await editor.RotateAsync(id, cancellationToken));

    private static async Task<ListPage<DeliveryResponse>> DeliveriesAsync(
        FromQuery<ListQuery> query, AppDbContext db, TimeProvider time, CancellationToken cancellationToken)
    {
        var deliveries = db.Set<AlertDelivery>().AsNoTracking();
        if (Cursors.Read(query.Value.Cursor) is { } after)
            deliveries = deliveries.Where(
                d => EF.Functions.LessThan(ValueTuple.Create(d.CreatedAt, d.Id), ValueTuple.Create(after.CreatedAt, after.Id)));
        var limit = query.Value.Limit;
        var rows = await deliveries.OrderByDescending(d => d.CreatedAt).ThenByDescending(d => d.Id).Take(limit + 1)
            .ToListAsync(cancellationToken);
        var next = rows.Count > limit ? new KeysetCursor(rows[limit - 1].CreatedAt, rows[limit - 1].Id).ToString() : null;
        return ListPage.Of<DeliveryResponse>([.. rows.Take(limit).Select(DeliveryResponse.Of)], next, time);
    }

    private static async Task<NotificationTestResult> AgainAsync(
        Guid id, AppDbContext db, Dispatcher dispatcher, CancellationToken cancellationToken)
    {
        var kind = await (
            from d in db.Set<AlertDelivery>()
            join c in db.Set<AlertChannel>() on d.ChannelId equals c.Id
            where d.Id == id
            select (ChannelKind?)c.Kind).SingleOrDefaultAsync(cancellationToken)
            ?? throw new NotFoundException("delivery");
        return NotificationTestResult.Of(kind.ToSnakeCase(), await dispatcher.SendNowAsync(id, cancellationToken));
    }
}
