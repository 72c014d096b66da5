using System.Security.Cryptography;
using System.Text;
using BackupApp.Alerts;
using BackupApp.Data;
using BackupApp.Secrets;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Pings;

/// <summary>
/// Sends what is due. An attempt is taken by moving its next one ahead, so that no other process sends it too and a killed one's is
/// sent again.
/// </summary>
public sealed partial class PingSender(
    AppDbContext db, AlertHttp http, SecretBox box, IServiceScopeFactory scopes, TimeProvider time, ILogger<PingSender> logger)
{
    private const int AtOnce = 8;

    /// <summary>After this a monitor has raised its alarm, and learns the rest with the next one.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromHours(1);

    // Longer than any attempt takes.
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan[] Pauses =
        [TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5)];

    public async Task SendDueAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var taken = await db.Database.SqlQuery<Guid>(
            $"""
            update pings set next_attempt_at = {now + Lease}, attempts = attempts + 1
            where id in (
                select id from pings where next_attempt_at <= {now} order by next_attempt_at, id
                limit {AtOnce} for update skip locked)
            returning id as "Value"
            """).ToListAsync(cancellationToken);
        await Task.WhenAll(taken.Select(id => SendAsync(id, cancellationToken)));
    }

    private async Task SendAsync(Guid id, CancellationToken cancellationToken)
    {
        // Of its own: several are under way at once.
        await using var scope = scopes.CreateAsyncScope();
        var own = scope.ServiceProvider.GetRequiredService<AppDbContext>();
        var sent = await (
            from ping in own.Set<Ping>().AsNoTracking()
            join target in own.Set<PingTarget>().AsNoTracking() on ping.TargetId equals target.Id
            where ping.Id == id
            select new { ping, target }).SingleOrDefaultAsync(cancellationToken);
        if (sent is null)
            return; // Removed with its policy.
        var answer = await TryAsync(sent.target, sent.ping, cancellationToken);
        var now = time.GetUtcNow();
        var isOver = answer.Ok || answer.IsGone || now - sent.ping.CreatedAt >= Patience;
        var next = isOver ? (DateTimeOffset?)null : now + Pauses[Math.Clamp(sent.ping.Attempts - 1, 0, Pauses.Length - 1)];
        var excerpt = answer.Excerpt.Length > Ping.LongestText ? answer.Excerpt[..Ping.LongestText] : answer.Excerpt;
        await own.Set<Ping>().Where(p => p.Id == id).ExecuteUpdateAsync(
            set => set.SetProperty(p => p.Answer, excerpt).SetProperty(p => p.SentAt, p => answer.Ok ? now : p.SentAt),
            CancellationToken.None);
        // One that became needless meanwhile stays so.
        await own.Set<Ping>().Where(p => p.Id == id && p.NextAttemptAt != null).ExecuteUpdateAsync(
            set => set.SetProperty(p => p.NextAttemptAt, next), CancellationToken.None);
    }

    private async Task<ChannelAnswer> TryAsync(PingTarget target, Ping ping, CancellationToken cancellationToken)
    {
        try
        {
            var request = PingRequest.Of(target.Url(box), target.Style, ping);
            using var content = request.Body is { } body ? new StringContent(body, Encoding.UTF8, "text/plain") : null;
            return await http.SendAsync(request.Method, request.Url, content, new Dictionary<string, string>(), cancellationToken);
        }
        catch (CryptographicException)
        {
            return new ChannelAnswer(false, "The address could not be decrypted. Enter it again.");
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            LogBroken(e, target.Id);
            return new ChannelAnswer(false, $"An error that BackupApp did not expect ({e.GetType().Name}); its log has the details.");
        }
    }

    [LoggerMessage(LogLevel.Error, "The ping of {Target} could not be sent")]
    private partial void LogBroken(Exception exception, Guid target);
}
