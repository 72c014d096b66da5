using System.Net;

namespace BackupApp.Destinations;

/// <summary>Whether a destination outlives this machine, as far as its address tells. Pure.</summary>
public static class OtherMachine
{
    /// <summary>
    /// Names without a dot are a neighbour's in most networks of containers: on the same machine, unless somebody knows better.
    /// </summary>
    public static bool Holds(DestinationKind kind, string? endpoint) =>
        kind == DestinationKind.S3 && (endpoint is null || IsElsewhere(endpoint));

    private static bool IsElsewhere(string endpoint)
    {
        if (!Uri.TryCreate(endpoint, UriKind.Absolute, out var uri))
            return false;
        var host = uri.IdnHost.TrimEnd('.');
        if (IPAddress.TryParse(host.Trim('[', ']'), out var address))
            return !IPAddress.IsLoopback(address) && !address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any);
        return host.Contains('.', StringComparison.Ordinal)
            && !host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
            && !host.EndsWith(".docker.internal", StringComparison.OrdinalIgnoreCase);
    }
}
