using System.ComponentModel.DataAnnotations;

namespace BackupApp.Network;

/// <summary>
/// Section <c>BackupApp</c>: the address under which people reach this server, which stands in links and decides about cookies.
/// </summary>
public sealed class PublicAddress : IValidatableObject
{
    /// <summary>The whole address that people use, with a path where a proxy serves BackupApp below one.</summary>
    public Uri? PublicUrl { get; set; }

    /// <summary>The path below which BackupApp is served, <c>/backups</c> for example; empty for that of <see cref="PublicUrl"/>.</summary>
    public string PathBase { get; set; } = "";

    /// <summary>
    /// Host names that this server answers to, comma-separated, without ports. Addresses and <c>localhost</c> need not be named.
    /// </summary>
    public string AllowedHosts { get; set; } = "";

    /// <summary>Whether people reach this server by https, whatever speaks TLS for it.</summary>
    public bool IsSecure => Absolute?.Scheme == Uri.UriSchemeHttps;

    /// <summary>Without a slash at its end; empty at the root of the host.</summary>
    public PathString Base
    {
        get
        {
            var path = (PathBase.Length > 0 ? PathBase : Absolute?.AbsolutePath ?? "").Trim('/');
            return path.Length == 0 ? PathString.Empty : new PathString("/" + Uri.UnescapeDataString(path));
        }
    }

    public IReadOnlyList<string> HostNames =>
        AllowedHosts.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>Where people reach this server, without a slash at the end; null when nothing says it.</summary>
    public string? Address => Absolute is { } url ? url.GetLeftPart(UriPartial.Authority) + Base.ToUriComponent() : null;

    // The validation reads all properties before it can say what is wrong.
    private Uri? Absolute => PublicUrl is { IsAbsoluteUri: true } ? PublicUrl : null;

    /// <summary>An absolute link: at the configured address, else at the one that this request used.</summary>
    /// <param name="path">From the application's root, with its slash, escaped.</param>
    public string LinkTo(HttpRequest request, string path) =>
        (Address ?? $"{request.Scheme}://{request.Host}{request.PathBase.ToUriComponent()}") + path;

    /// <summary>Where cookies of the whole application are sent; null: to the path base of the request that sets them.</summary>
    public string? CookiePath => !IsSecure ? null : Base.HasValue ? Base.Value : "/";

    /// <summary>
    /// With the prefix that browsers keep for https: nothing from plain http, and no neighbour
    /// below the same domain, can set such a cookie.
    /// </summary>
    /// <param name="isNarrow">It is for one page only, not for <see cref="CookiePath"/>.</param>
    public string CookieName(string name, bool isNarrow = false) =>
        !IsSecure ? name : isNarrow || Base.HasValue ? "__Secure-" + name : "__Host-" + name;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (PublicUrl is not null
            && (!PublicUrl.IsAbsoluteUri || PublicUrl.Scheme is not ("http" or "https") || PublicUrl.Query.Length > 0))
            yield return new("BackupApp__PublicUrl is a whole address, such as https://backups.example.com.", [nameof(PublicUrl)]);
        if (PathBase.Length > 0
            && (!PathBase.StartsWith('/') || PathBase.AsSpan().ContainsAny("?#\\ ") || PathBase.Contains("//", StringComparison.Ordinal)))
            yield return new("BackupApp__PathBase is a path such as /backups.", [nameof(PathBase)]);
        else if (PathBase.Length > 0 && Absolute?.AbsolutePath.Trim('/') is { Length: > 0 } path && path != PathBase.Trim('/'))
            yield return new(
                "BackupApp__PublicUrl ends with another path than BackupApp__PathBase: leave one of them away.",
                [nameof(PathBase)]);
        if (HostNames.Any(name => Uri.CheckHostName(name) == UriHostNameType.Unknown))
            yield return new("BackupApp__AllowedHosts is a comma-separated list of host names without ports.", [nameof(AllowedHosts)]);
    }
}
