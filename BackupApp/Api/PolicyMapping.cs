using BackupApp.Api.Requests;
using BackupApp.DataSources;
using BackupApp.Destinations;
using BackupApp.Destinations.S3;
using BackupApp.Pings;
using BackupApp.Policies;

namespace BackupApp.Api;

/// <summary>Policies between the API's fields and the input that the pages fill in too.</summary>
internal static class PolicyMapping
{
    private const int BitsPerByte = 8;

    public static readonly FieldNames Names = new(
        (nameof(PolicyInput.Cron), "scheduleCron"),
        (nameof(PolicyInput.TimeZone), "timezone"),
        (nameof(PolicyInput.KeepDays), "retentionDays"),
        (nameof(PolicyInput.KeepLast), "keepLastN"),
        (nameof(PolicyInput.RateLimit), "throttleMbps"),
        ($"{nameof(PolicyInput.Ping)}.{nameof(PingInput.Url)}", "pingUrl"),
        (nameof(PingInput.Url), "pingUrl"));

    public static PolicyInput ToInput(this CreatePolicyRequest request) => Apply(request, new PolicyInput
    {
        Name = request.Name,
        Cron = request.ScheduleCron,
        TimeZone = request.Timezone,
        KeepDays = request.RetentionDays,
        KeepLast = request.KeepLastN,
        DestinationId = request.DestinationId,
    });

    public static PolicyInput ToInput(this UpdatePolicyRequest request, BackupPolicy policy)
    {
        var input = PolicyInput.From(policy);
        input.Name = request.Name ?? input.Name;
        input.Cron = request.ScheduleCron ?? input.Cron;
        input.TimeZone = request.Timezone ?? input.TimeZone;
        input.KeepDays = request.RetentionDays ?? input.KeepDays;
        input.KeepLast = request.KeepLastN ?? input.KeepLast;
        input.DestinationId = request.DestinationId ?? input.DestinationId;
        return Apply(request, input);
    }

    /// <summary>Names what is asked for and not offered.</summary>
    /// <param name="destination">Null when it is not known.</param>
    public static void CheckOffered(this PolicyFields request, StorageDestination? destination, Dictionary<string, string> problems)
    {
        if (request.Method is PolicyMethod.Physical or PolicyMethod.Pitr)
            problems["method"] = "Only logical_dump is offered.";
        if (request.Compression == PolicyCompression.Zstd)
            problems["compression"] = "zstd is not offered yet; use gzip or none.";
        if (request.Compression == PolicyCompression.None && request.CompressionLevel is not null)
            problems["compressionLevel"] = "There is no level without compression.";
        if (request.Parallelism is not (null or 0 or 1))
            problems["parallelism"] = "Only 1 is offered.";
        if (request.PitrEnabled == true)
            problems["pitrEnabled"] = "Point-in-time recovery is not offered.";
        if (request.Encryption is { } encryption && destination is not null && encryption != destination.Encryption.ToApi())
            problems["encryption"] = "Encryption is a setting of the destination: change it there, or leave this out.";
    }

    public static PolicyEncryption ToApi(this ServerSideEncryption encryption) => encryption switch
    {
        ServerSideEncryption.SseS3 => PolicyEncryption.SseS3,
        ServerSideEncryption.SseKms => PolicyEncryption.SseKms,
        _ => PolicyEncryption.None,
    };

    public static PolicyResponse ToResponse(this BackupPolicy policy, ServerSideEncryption encryption, PingView? ping) => new()
    {
        Id = policy.Id,
        OrganizationId = Organization.Id,
        Name = policy.Name,
        ScheduleCron = policy.Cron,
        Timezone = policy.TimeZone,
        RetentionDays = policy.KeepDays,
        KeepLastN = policy.KeepLast,
        DestinationId = policy.DestinationId,
        Compression = policy.CompressionLevel is null ? PolicyCompression.None : PolicyCompression.Gzip,
        CompressionLevel = policy.CompressionLevel,
        Encryption = encryption.ToApi(),
        Method = PolicyMethod.LogicalDump,
        Parallelism = 1,
        PitrEnabled = false,
        ThrottleMbps = (policy.RateLimit ?? 0) * BitsPerByte,
        CompressionThreads = policy.CompressionThreads,
        MaxDurationMinutes = (int?)policy.MaxDuration?.TotalMinutes,
        RunOnceAfterDowntime = policy.RunOnceAfterDowntime,
        PingUrl = ping?.Url,
        PingStyle = ping?.Style,
        LastPing = PingResponse.Of(ping?.Last),
        Labels = policy.Labels.Values,
        Environment = policy.Environment is { } environment ? Enum.Parse<PolicyEnvironment>(environment.ToString()) : PolicyEnvironment.Any,
        CreatedAt = policy.CreatedAt,
        UpdatedAt = policy.UpdatedAt,
    };

    private static PolicyInput Apply(PolicyFields request, PolicyInput input)
    {
        if (request.Compression == PolicyCompression.None)
            input.CompressionLevel = null;
        else if (request.CompressionLevel is not null || request.Compression is not null)
            input.CompressionLevel = request.CompressionLevel ?? input.CompressionLevel ?? PolicyInput.DefaultCompressionLevel;
        if (request.CompressionThreads is { } threads)
            input.CompressionThreads = threads == 0 ? null : threads;
        if (request.ThrottleMbps is { } megabits)
            input.RateLimit = megabits == 0 ? null : megabits / BitsPerByte;
        if (request.MaxDurationMinutes is { } minutes)
            input.MaxDurationMinutes = minutes == 0 ? null : minutes;
        if (request.Environment is { } environment)
            input.Environment = Enum.TryParse<DataSourceEnvironment>(environment.ToString(), out var one) ? one : null;
        input.RunOnceAfterDowntime = request.RunOnceAfterDowntime ?? input.RunOnceAfterDowntime;
        input.Ping = new PingInput { Url = request.PingUrl, Style = request.PingStyle, Removes = request.PingUrl is "" };
        return input;
    }
}
