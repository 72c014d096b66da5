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

    /// <summary>
    /// Reverse proxies whose forwarded headers count: addresses or networks such as <c>172.16.0.0/12</c>, comma-separated. Nobody by
    /// default, not even this machine's own: whoever can connect from here could else choose the address that limits and audit see.
    /// </summary>
    public string KnownProxies { get; set; } = "";

    public bool HasProxies => Split(KnownProxies).Length > 0;

    public bool IsWorker => Has(Worker);

    public bool IsWeb => Has(Web);

    public IEnumerable<IPAddress> ProxyAddresses =>
        Split(KnownProxies).Where(p => !p.Contains('/', StringComparison.Ordinal)).Select(IPAddress.Parse);

    public IEnumerable<IPNetwork> ProxyNetworks =>
        Split(KnownProxies).Where(p => p.Contains('/', StringComparison.Ordinal)).Select(IPNetwork.Parse);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Split(Roles).Except([Web, Worker]).Any() || Split(Roles).Length == 0)
            yield return new ValidationResult("BackupApp__Roles is 'web', 'worker' or 'web,worker'.", [nameof(Roles)]);
        if (Split(KnownProxies).Any(p => !IPAddress.TryParse(p, out _) && !IPNetwork.TryParse(p, out _)))
            yield return new ValidationResult(
                "BackupApp__KnownProxies is a comma-separated list of IP addresses and networks.",
                [nameof(KnownProxies)]);
    }

    private bool Has(string role) => Split(Roles).Contains(role);

    private static string[] Split(string list) => list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
