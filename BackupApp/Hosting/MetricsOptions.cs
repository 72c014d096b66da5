using System.ComponentModel.DataAnnotations;
using System.Net;

namespace BackupApp.Hosting;

/// <summary>Section <c>BackupApp:Metrics</c>.</summary>
public sealed class MetricsOptions : IValidatableObject
{
    /// <summary>Where <c>/metrics</c>, and nothing else, is served without a token; null for nowhere.</summary>
    [Range(1, 65535)]
    public int? Port { get; set; }

    /// <summary>Of this machine, to listen at; empty for all of them.</summary>
    public string Address { get; set; } = "";

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Address.Length > 0 && !IPAddress.TryParse(Address, out _))
            yield return new("BackupApp__Metrics__Address is an IP address of this machine, such as 127.0.0.1.", [nameof(Address)]);
    }
}
