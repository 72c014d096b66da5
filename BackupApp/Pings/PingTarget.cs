using BackupApp.Secrets;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace BackupApp.Pings;

/// <summary>How an outside monitor wants to be told; these words, in snake_case, in the API.</summary>
public enum PingStyle
{
    /// <summary>As Healthchecks.io has it: POST to the address, to <c>/start</c> and <c>/fail</c> below it, with a text.</summary>
    Healthchecks,

    /// <summary>GET of the address. What it is told of is what it has a place for: see <see cref="PingWords"/>.</summary>
    Get,

    /// <summary>POST to the address with a text, likewise.</summary>
    Post,
}

/// <summary>
/// A monitor outside of BackupApp that raises an alarm when nothing comes: of a policy, or of the whole installation.
/// </summary>
public sealed class PingTarget
{
    /// <summary>The one that is about no policy.</summary>
    public static readonly Guid InstallationId = new("00000000-0000-0000-0000-000000000001");

    private static readonly TimeSpan Steps = TimeSpan.FromMinutes(10);

    /// <summary>The policy's own id, so that a policy has one.</summary>
    public Guid Id { get; private set; }

    /// <summary>Null of the installation's.</summary>
    public Guid? PolicyId { get; private set; }

    public PingStyle Style { get; private set; }

    /// <summary>Whoever has the address may say that all is well.</summary>
    public byte[] UrlCipher { get; private set; } = [];

    /// <summary>The address as far as it may be seen: <c>https://hc-ping.com/…</c></summary>
    public string Shown { get; private set; } = "";

    public bool TellsStart { get; private set; }

    public bool TellsFail { get; private set; }

    /// <summary>Runs that were made before this are of no interest any more.</summary>
    public DateTimeOffset RunsFrom { get; private set; }

    /// <summary>Of the installation's: when the next one goes out.</summary>
    public DateTimeOffset NextAt { get; private set; }

    private string SecretContext => $"ping_target/{Id}";

    public static PingTarget Create(Guid? policyId) => new() { Id = policyId ?? InstallationId, PolicyId = policyId };

    public void Change(string url, PingStyle style, SecretBox box, DateTimeOffset now)
    {
        var address = new Uri(url);
        (Style, Shown) = (style, $"{address.Scheme}://{address.IdnHost}/…");
        UrlCipher = box.ProtectJson(url, SecretContext);
        TellsStart = style == PingStyle.Healthchecks || PingWords.HasState(url);
        TellsFail = TellsStart || PingWords.HasUp(url);
        (RunsFrom, NextAt) = (now, now);
    }

    /// <exception cref="System.Security.Cryptography.CryptographicException">It does not decrypt.</exception>
    public string Url(SecretBox box) => box.UnprotectJson<string>(UrlCipher, SecretContext);

    public void WaitUntil(DateTimeOffset next) => NextAt = next;

    /// <summary>Older runs are told. Not written at each look: a few more that are read cost less.</summary>
    public void GoOnFrom(DateTimeOffset runsFrom) => RunsFrom = runsFrom > RunsFrom + Steps ? runsFrom : RunsFrom;

    private sealed class Mapping : IEntityTypeConfiguration<PingTarget>
    {
        public void Configure(EntityTypeBuilder<PingTarget> builder)
        {
            builder.ToTable("ping_targets");
            builder.Property(t => t.Id).ValueGeneratedNever();
        }
    }
}
