using System.ComponentModel.DataAnnotations;
using System.Net;

namespace BackupApp.Hosting;

/// <summary>Section <c>BackupApp</c>: the process itself.</summary>
public sealed class ServerOptions : IValidatableObject
{
    public const string Web = "web";
    public const string Worker = "worker";

    /// <summary>What this process does, comma-separated: <c>web</c> serves pages, <c>worker</c> runs backups.</summary>
    public string Roles { get; set; } = $"{Web},{Worker}";

    /// <summary>The address that people use, for links in logs and messages.</summary>
    public Uri? PublicUrl { get; set; }

    /// <summary>Addresses of reverse proxies whose forwarded headers count, comma-separated.</summary>
    public string KnownProxies { get; set; } = "";

    public bool IsWorker => Has(Worker);

    public bool IsWeb => Has(Web);

    public IEnumerable<IPAddress> ProxyAddresses => Split(KnownProxies).Select(IPAddress.Parse);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Split(Roles).Except([Web, Worker]).Any() || Split(Roles).Length == 0)
            yield return new ValidationResult("BackupApp__Roles is 'web', 'worker' or 'web,worker'.", [nameof(Roles)]);
        if (Split(KnownProxies).Any(p => !IPAddress.TryParse(p, out _)))
            yield return new ValidationResult("BackupApp__KnownProxies is a comma-separated list of IP addresses.", [nameof(KnownProxies)]);
        if (PublicUrl is { IsAbsoluteUri: false })
            yield return new ValidationResult("BackupApp__PublicUrl is a whole address, such as https://backups.example.com.", [nameof(PublicUrl)]);
    }

    private bool Has(string role) => Split(Roles).Contains(role);

    private static string[] Split(string list) => list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
